/** Who may ask the workloads, and whom they may ask. */
import { ports, roles, serviceRoleNames } from '../../../app/src/contract';
import { type Json, kubernetesStacks, named } from '../../support/kubernetes';
import { delegated, deployment } from '../aws-fixture';

const { app, local } = kubernetesStacks();
const { app: withName } = kubernetesStacks(deployment(delegated));
const output = (contract: string, key: string) =>
  `\${data.terraform_remote_state.${contract}.outputs.${key}}`;
const withPublicPort = serviceRoleNames.filter((role) =>
  (roles[role].ports as readonly string[]).includes('public'),
);
const policyOf = (name: string, stack = app) => named('kubernetes_network_policy_v1', name, stack).spec;

describe('network', () => {
  test('is closed to every pod unless another policy opens it', () => {
    for (const stack of [app, local]) {
      expect(policyOf('default-deny', stack)).toEqual({
        pod_selector: {},
        policy_types: ['Ingress', 'Egress'],
      });
    }
  });

  test.each(withPublicPort)(
    'the namespace reaches %s’s public port, and without a name nobody else',
    (role) => {
      const spec = policyOf(`holdfast-${role}`);
      const port = [{ port: String(ports.public), protocol: 'TCP' }];
      expect(spec.ingress).toContainEqual({ from: [{ pod_selector: {} }], ports: port });
      expect(spec).not.toHaveProperty('dynamic');
    },
  );

  test.each(withPublicPort)('the load balancer’s subnets reach what %s answers and its health', (role) => {
    // A rule for each address: none at all for an empty list, where an empty `from` would admit everybody.
    expect(policyOf(`holdfast-${role}`, withName).dynamic.ingress).toEqual({
      for_each: output('network', 'public_subnet_cidrs'),
      content: {
        from: [{ ip_block: { cidr: '${ingress.value}' } }],
        ports: [ports.public, ports.management].map((port) => ({ port: String(port), protocol: 'TCP' })),
      },
    });
  });

  test('the worker answers nobody but monitoring', () => {
    const spec = policyOf('holdfast-worker');
    expect(spec).not.toHaveProperty('dynamic');
    expect(spec.ingress).toHaveLength(1);
  });

  test.each(serviceRoleNames)('only monitoring reaches %s’s management port', (role) => {
    const spec = policyOf(`holdfast-${role}`);
    const port = String(ports.management);
    expect(spec.ingress.filter((rule: Json) => rule.ports.some((p: Json) => p.port === port))).toEqual([
      {
        from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
        ports: [{ port, protocol: 'TCP' }],
      },
    ]);
    for (const rule of spec.ingress) expect(rule.from).toHaveLength(1);
  });

  const dns = {
    to: [
      {
        namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        pod_selector: { match_labels: { 'k8s-app': 'kube-dns' } },
      },
    ],
    ports: [
      { port: '53', protocol: 'UDP' },
      { port: '53', protocol: 'TCP' },
    ],
  };
  const destination = (cidr: string, port: string) => ({
    to: [{ ip_block: { cidr } }],
    ports: [{ port, protocol: 'TCP' }],
  });
  const database = destination(output('network', 'vpc_cidr'), output('data', 'database_port'));

  test.each(serviceRoleNames)(
    '%s reaches names, the database, the cache, its credentials and the collector of traces',
    (role) => {
      expect(policyOf(`holdfast-${role}`).egress).toEqual([
        dns,
        database,
        destination(output('network', 'vpc_cidr'), output('data', 'cache_port')),
        destination('169.254.170.23/32', '80'),
        {
          to: [
            {
              namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'tracing' } },
              pod_selector: { match_labels: { 'app.kubernetes.io/instance': 'otel-gateway' } },
            },
          ],
          ports: ['4317', '4318'].map((port) => ({ port, protocol: 'TCP' })),
        },
      ]);
    },
  );

  test('the migration reaches names and the database, and nobody reaches it', () => {
    expect(policyOf('holdfast-migrate')).toMatchObject({ ingress: [], egress: [dns, database] });
  });

  test('locally everybody reaches the public port, and the service nothing but names', () => {
    const spec = policyOf('holdfast-all', local);
    expect(spec.ingress).toContainEqual({ ports: [{ port: String(ports.public), protocol: 'TCP' }] });
    expect(spec.egress).toEqual([dns]);
  });
});
