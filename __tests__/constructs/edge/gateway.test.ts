/** The way of a request from the internet to a pod, as the stacks write it. */
import { edge, lifecycle, ports, probes, routes } from '../../../app/src/contract';
import { publicGateway } from '../../../constructs/edge/names';
import { matchesOf } from '../../../constructs/edge/route-matches';
import { type Json, kubernetesStacks, named, objectsOf, valuesOf } from '../../support/kubernetes';
import { delegated, deployment, environmentStacks, statements } from '../aws-fixture';

const { platform, app } = kubernetesStacks(deployment(delegated));
const undelegated = [undefined, { ...delegated.domain, delegated: false }].map((domain) =>
  kubernetesStacks(deployment({ ...delegated, domain })),
);
const attributes = (list: Json[]) => Object.fromEntries(list.map(({ key, value }) => [key, value]));
const ofKind = (objects: Json[], kind: string): Json => {
  const found = objects.filter((object) => object.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
};
const address = (name: string, stack = platform): string => {
  const releases = Object.entries<Json>(stack.json.resource.helm_release);
  return `helm_release.${releases.find(([, block]) => block.name === name)?.[0]}`;
};
const output = (contract: string, key: string) => `data.terraform_remote_state.${contract}.outputs.${key}`;

describe('the gateway', () => {
  const objects = objectsOf('public-gateway', platform);
  const spec = ofKind(objects, 'LoadBalancerConfiguration').spec;

  test('is the controller’s, configured by its own object, and listens on 80 and 443', () => {
    expect(ofKind(objects, 'GatewayClass').spec).toEqual({ controllerName: 'gateway.k8s.aws/alb' });
    const gateway = ofKind(objects, 'Gateway');
    expect(gateway.spec).toMatchObject({
      gatewayClassName: ofKind(objects, 'GatewayClass').metadata.name,
      infrastructure: {
        parametersRef: {
          group: 'gateway.k8s.aws',
          kind: 'LoadBalancerConfiguration',
          name: ofKind(objects, 'LoadBalancerConfiguration').metadata.name,
        },
      },
    });
    expect(gateway.spec.listeners.map((l: Json) => [l.name, l.protocol, l.port])).toEqual([
      ['http', 'HTTP', 80],
      ['https', 'HTTPS', 443],
    ]);
  });

  test('ends TLS with the environment’s certificate, at 1.2 or newer', () => {
    expect(spec.listenerConfigurations).toHaveLength(1);
    expect(spec.listenerConfigurations[0]).toMatchObject({
      protocolPort: 'HTTPS:443',
      defaultCertificate: `<${output('network', 'certificate_arn')}>`,
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
    });
    expect(attributes(spec.listenerConfigurations[0].listenerAttributes)).toEqual({
      'routing.http.response.server.enabled': 'false',
      'routing.http.response.strict_transport_security.header_value': 'max-age=31536000',
    });
  });

  test('stands in the public subnets alone, behind the firewall', () => {
    expect(spec).toMatchObject({
      loadBalancerName: 'holdfast-delegated',
      scheme: 'internet-facing',
      wafV2: { webACL: `<${output('network', 'web_acl_arn')}>` },
    });
    expect(spec.loadBalancerSubnets).toBe(
      `<[ for key, val in toset(${output('network', 'public_subnet_ids')}): { identifier = val }]>`,
    );
  });

  test('writes what it does into the bucket of logs, which lets it', () => {
    expect(attributes(spec.loadBalancerAttributes)).toMatchObject({
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.bucket': `<${output('data', 'log_bucket_name')}>`,
      'access_logs.s3.prefix': 'load-balancer',
    });
    const { data } = environmentStacks(delegated);
    const [logs, ...others] = Object.values(data.all('aws_s3_bucket_policy')).flatMap((policy) =>
      statements(policy.policy).filter(({ Sid }) => Sid === 'LoadBalancerLogs'),
    );
    expect(others).toEqual([]);
    expect(logs).toEqual({
      Sid: 'LoadBalancerLogs',
      Effect: 'Allow',
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      Action: 's3:PutObject',
      Resource:
        'arn:aws:s3:::holdfast-delegated-logs-123456789012-eu-west-1/load-balancer/AWSLogs/123456789012/*',
    });
  });

  test('closes idle connections before the service does, and appends one address', () => {
    expect(attributes(spec.loadBalancerAttributes)).toMatchObject({
      'idle_timeout.timeout_seconds': String(edge.idleSeconds),
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'defensive',
      'routing.http.xff_header_processing.mode': 'append',
      'waf.fail_open.enabled': 'false',
    });
  });

  test.each([
    ['production', {}, 'true'],
    ['production that is being torn down', { teardown: true }, 'false'],
    ['staging', { tier: 'staging' as const }, 'false'],
  ])('%s: deletion protection %j → %s', (_, change, expected) => {
    const other = kubernetesStacks(deployment({ ...delegated, ...change }));
    const { loadBalancerAttributes } = ofKind(
      objectsOf('public-gateway', other.platform),
      'LoadBalancerConfiguration',
    ).spec;
    expect(attributes(loadBalancerAttributes)['deletion_protection.enabled']).toBe(expected);
  });

  test('sends plain HTTP to HTTPS, and lets nothing else answer on 80', () => {
    const redirect = ofKind(objects, 'HTTPRoute');
    expect(redirect.spec.parentRefs).toEqual([expect.objectContaining({ sectionName: 'http' })]);
    // external-dns makes a record for every name of a route.
    expect(redirect.spec).not.toHaveProperty('hostnames');
    expect(redirect.spec.rules).toEqual([
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        filters: [
          { type: 'RequestRedirect', requestRedirect: { scheme: 'https', port: 443, statusCode: 301 } },
        ],
      },
    ]);
    const [http, https] = ofKind(objects, 'Gateway').spec.listeners;
    expect(http.allowedRoutes).toEqual({ namespaces: { from: 'Same' } });
    expect(https.allowedRoutes.namespaces.from).toBe('Selector');
    const trusted = https.allowedRoutes.namespaces.selector.matchLabels;
    expect(named('kubernetes_namespace_v1', 'holdfast', app).metadata.labels).toMatchObject(trusted);
    expect(named('kubernetes_namespace_v1', 'edge', platform).metadata.labels).not.toMatchObject(trusted);
  });

  test('comes after the controller, which comes after the kinds; each has time to clear up', () => {
    const controller = named('helm_release', 'aws-load-balancer-controller', platform);
    expect(controller.depends_on).toContain(address('gateway-api-crds'));
    expect(valuesOf('aws-load-balancer-controller', platform).controllerConfig.featureGates).toEqual({
      ALBGatewayAPI: true,
      NLBGatewayAPI: false,
      GatewayListenerSet: false,
    });
    expect(named('helm_release', 'gateway-api-crds', platform).depends_on).toBeUndefined();
    expect(valuesOf('gateway-api-crds', platform).global.resourcePolicy.keep).toBe(true);
    const gateway = named('helm_release', 'public-gateway', platform);
    expect(gateway.depends_on).toContain(address('aws-load-balancer-controller'));
    expect(gateway.timeout).toBe(1800);
  });
});

describe.each(['gateway', 'collector'] as const)('the routes of %s', (role) => {
  const name = `holdfast-${role}`;
  const objects = objectsOf(`${name}-routes`, app);
  const route = ofKind(objects, 'HTTPRoute').spec;
  const target = ofKind(objects, 'TargetGroupConfiguration').spec;

  test('are the contract’s, under the environment’s names, over HTTPS', () => {
    expect(route.parentRefs).toEqual([
      expect.objectContaining({
        name: publicGateway.name,
        namespace: publicGateway.namespace,
        sectionName: 'https',
      }),
    ]);
    expect(route.hostnames).toEqual(['app.example.com', 'www.example.com']);
    expect(route.rules).toHaveLength(1);
    expect(route.rules[0].matches.map((match: Json) => match.path.value)).toEqual(
      Object.values(routes)
        .filter((one) => one.role === role)
        .map((one) => one.path),
    );
  });

  test('lead to the public port of its Service, never to the management port', () => {
    const service = named('kubernetes_service_v1', name, app);
    expect(route.rules[0].backendRefs).toEqual([
      expect.objectContaining({ kind: 'Service', name, port: ports.public }),
    ]);
    expect(service.spec.port.map((port: Json) => port.port)).toEqual([ports.public]);
    expect(target.targetReference).toEqual({ group: '', kind: 'Service', name });
  });

  test('send to pods themselves, as long as their own readiness probe says so', () => {
    expect(target.defaultConfiguration).toMatchObject({
      targetType: 'ip',
      protocol: 'HTTP',
      protocolVersion: 'HTTP1',
      healthCheckConfig: {
        healthCheckPort: String(ports.management),
        healthCheckPath: probes.readiness.path,
        healthCheckInterval: probes.readiness.periodSeconds,
        healthCheckTimeout: probes.readiness.timeoutSeconds,
        unhealthyThresholdCount: probes.readiness.failureThreshold,
        matcher: { httpCode: '200' },
      },
    });
    expect(attributes(target.defaultConfiguration.targetGroupAttributes)).toMatchObject({
      'deregistration_delay.timeout_seconds': String(lifecycle.drainDelaySeconds),
      'slow_start.duration_seconds': '0',
    });
  });

  test('exist between the Service and the pods, whose readiness gates need them', () => {
    const releases = named('helm_release', `${name}-routes`, app);
    const service = Object.entries<Json>(app.json.resource.kubernetes_service_v1).find(
      ([, block]) => block.metadata.name === name,
    )?.[0];
    expect(releases.depends_on).toContain(`kubernetes_service_v1.${service}`);
    expect(releases.timeout).toBe(1800);
    const pods = named('kubernetes_deployment_v1', name, app);
    expect(pods.depends_on).toContain(address(`${name}-routes`, app));
    expect(named('kubernetes_namespace_v1', 'holdfast', app).metadata.labels).toMatchObject({
      'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled',
    });
  });

  test('are what the network lets through: requests and health checks, from the load balancer’s subnets', () => {
    const { dynamic } = named('kubernetes_network_policy_v1', name, app).spec;
    expect(dynamic.ingress.for_each).toBe(`\${${output('network', 'public_subnet_cidrs')}}`);
    expect(dynamic.ingress.content.ports.map((port: Json) => port.port)).toEqual([
      String(ports.public),
      String(ports.management),
    ]);
  });
});

test('names get their records from external-dns, which starts when the kinds that it reads are there', () => {
  const dns = named('helm_release', 'external-dns', platform);
  expect(dns.depends_on).toContain(address('gateway-api-crds'));
  const values = valuesOf('external-dns', platform);
  expect(values.sources).toEqual(['gateway-httproute']);
  expect(values.domainFilters).toEqual(['app.example.com']);
});

test('the worker has no route', () => {
  const names = Object.values<Json>(app.json.resource.helm_release).map((block) => block.name);
  expect(names.filter((name) => name.endsWith('-routes')).sort()).toEqual([
    'holdfast-collector-routes',
    'holdfast-gateway-routes',
  ]);
});

test('without a delegated name nothing listens, nothing leads to the service, and no port is open for it', () => {
  for (const without of undelegated) {
    for (const kind of ['Gateway"', 'HTTPRoute', 'LoadBalancerConfiguration', 'TargetGroupConfiguration']) {
      expect(without.platform.text).not.toContain(kind);
      expect(without.app.text).not.toContain(kind);
    }
    expect(without.platform.json.data.terraform_remote_state).not.toHaveProperty('data');
    expect(without.platform.text).not.toContain('external-dns');
    expect(named('kubernetes_network_policy_v1', 'holdfast-gateway', without.app).spec).not.toHaveProperty(
      'dynamic',
    );
  }
  const { data } = environmentStacks({ ...delegated, domain: undefined });
  expect(JSON.stringify(data.json)).not.toContain('logdelivery');
});

test('idle connections end at the load balancer first, and it waits longer than the service does for a request', () => {
  expect(edge.keepAliveSeconds).toBeGreaterThan(edge.idleSeconds);
  expect(edge.requestSeconds).toBeLessThan(edge.idleSeconds);
});

describe('matches of the public API', () => {
  const api = [
    { method: 'GET', path: '/v1/things', role: 'gateway' },
    { method: 'POST', path: '/v1/things', role: 'collector' },
    { method: 'GET', path: '/v1/others', role: 'gateway' },
    { method: 'POST', path: '/v1/others', role: 'gateway' },
    { method: 'GET', path: '/v1/others/:id/parts', role: 'gateway' },
  ] as const;

  test('name the method only where two roles share a path, and stop before parameters', () => {
    expect(matchesOf('gateway', api)).toEqual([
      { path: { type: 'Exact', value: '/v1/things' }, method: 'GET' },
      { path: { type: 'Exact', value: '/v1/others' } },
      { path: { type: 'PathPrefix', value: '/v1/others' } },
    ]);
    expect(matchesOf('collector', api)).toEqual([
      { path: { type: 'Exact', value: '/v1/things' }, method: 'POST' },
    ]);
    expect(matchesOf('worker', api)).toEqual([]);
  });
});

describe('a change of the contract changes the objects', () => {
  const contract = '../../../app/src/contract';
  const unchanged = [
    ...objectsOf('holdfast-collector-routes', app),
    ...objectsOf('public-gateway', platform),
  ];
  const withContract = (file: string, change: (original: Json) => Json): Json[] => {
    let objects: Json[] = [];
    jest.isolateModules(() => {
      jest.doMock(`${contract}/${file}`, () => {
        const original = jest.requireActual(`${contract}/${file}`);
        return { ...original, ...change(original) };
      });
      // A fresh copy of everything that read the contract.
      const support = require('../../support/kubernetes') as typeof import('../../support/kubernetes');
      const fixture = require('../aws-fixture') as typeof import('../aws-fixture');
      const stacks = support.kubernetesStacks(fixture.deployment(fixture.delegated));
      objects = [
        ...support.objectsOf('holdfast-collector-routes', stacks.app),
        ...support.objectsOf('public-gateway', stacks.platform),
      ];
    });
    jest.dontMock(`${contract}/${file}`);
    return objects;
  };

  test.each<[string, string, (original: Json) => Json, RegExp]>([
    [
      'path of a route',
      'routes',
      ({ routes: r }) => ({ routes: { ...r, ingestEvents: { ...r.ingestEvents, path: '/v1/moved' } } }),
      /"type":"Exact","value":"\/v1\/moved"/,
    ],
    [
      'drain delay',
      'lifecycle',
      ({ lifecycle: l }) => ({ lifecycle: { ...l, drainDelaySeconds: 27 } }),
      /"deregistration_delay\.timeout_seconds","value":"27"/,
    ],
    [
      'readiness probe',
      'probes',
      ({ probes: p }) => ({ probes: { ...p, readiness: { ...p.readiness, path: '/health/other' } } }),
      /"healthCheckPath":"\/health\/other"/,
    ],
    [
      'management port',
      'ports',
      ({ ports: p }) => ({ ports: { ...p, management: 9999 } }),
      /"healthCheckPort":"9999"/,
    ],
    [
      'idle timeout',
      'edge',
      ({ edge: e }) => ({ edge: { ...e, idleSeconds: 44 } }),
      /"idle_timeout\.timeout_seconds","value":"44"/,
    ],
  ])('%s', (_, file, change, expected) => {
    expect(JSON.stringify(unchanged)).not.toMatch(expected);
    expect(JSON.stringify(withContract(file, change))).toMatch(expected);
  });
});
