import { slos } from '../../../app/src/contract';
import { samplerConfig, slowSeconds } from '../../../constructs/observability/traces/collector-config';
import { tempoDataSource } from '../../../constructs/observability/traces/data-source';
import { tempoConfig } from '../../../constructs/observability/traces/tempo-values';
import { awsEnvironmentSchema } from '../../../environments/schema';
import {
  awsDeployment,
  blocks,
  type Json,
  kubernetesStacks,
  named,
  objectsOf,
  valuesOf,
} from '../../support/kubernetes';
import { dependencies, releaseAddress, waitsFor } from '../../support/platform';

const stacksWith = (observability: Json) =>
  kubernetesStacks({
    ...awsDeployment,
    environment: awsEnvironmentSchema.parse({ ...awsDeployment.environment, observability }),
  });
const { observability, app } = kubernetesStacks();
const integrated = stacksWith({
  integrations: {
    sentry: true,
    datadog: { site: 'datadoghq.eu' },
    jaeger: { endpoint: 'jaeger.example.com:14317', tls: false },
    managedPrometheus: {},
  },
});
const without = stacksWith({ traces: { enabled: false } });
const gateway = valuesOf('otel-gateway', observability);
const sampler = valuesOf('otel-sampler', observability);
const tempo = valuesOf('tempo', observability);

describe('the first tier', () => {
  const config = gateway.alternateConfig;

  test('sends all spans of a trace to one sampler, whichever collector they came to', () => {
    const { load_balancing: balancer } = config.exporters;
    expect(balancer.routing_key).toBe('traceID');
    // The name of a Service without an address stands for every pod behind it.
    expect(balancer.resolver).toEqual({
      dns: { hostname: 'otel-sampler.tracing.svc', port: '4317', interval: '5s' },
    });
    expect(sampler.service).toEqual({ clusterIP: 'None' });
    expect(sampler.fullnameOverride).toBe('otel-sampler');
    expect(gateway.replicaCount).toBe(2);
  });

  test('chooses another sampler when it tries again: no queue belongs to one', () => {
    const { load_balancing: balancer } = config.exporters;
    expect(balancer.retry_on_failure.enabled).toBe(true);
    expect(balancer.sending_queue.enabled).toBe(true);
    expect(balancer.protocol.otlp.retry_on_failure).toEqual({ enabled: false });
    expect(balancer.protocol.otlp.sending_queue).toEqual({ enabled: false });
  });

  test('decides nothing', () => {
    expect(Object.keys(config.processors)).toEqual(['memory_limiter', 'batch']);
  });
});

describe('the second tier', () => {
  const config = sampler.alternateConfig;

  test('keeps what failed, what was slower than promised, and a share of the rest', () => {
    const policies = config.processors.tail_sampling.policies;
    expect(policies).toEqual([
      { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
      {
        name: 'slow',
        type: 'ottl_condition',
        ottl_condition: {
          error_mode: 'ignore',
          span: ['kind == SPAN_KIND_SERVER and end_time_unix_nano - start_time_unix_nano > 250000000'],
        },
      },
      { name: 'rest', type: 'probabilistic', probabilistic: { sampling_percentage: 10 } },
    ]);
    expect(slowSeconds).toBe(slos.query_latency.indicator.thresholdSeconds);
  });

  test('holds as many undecided traces as half of its memory', () => {
    const held = (memoryMiB: number) =>
      samplerConfig({ keptPercentage: 1, memoryMiB }).processors.tail_sampling;
    expect(held(1_024).num_traces).toBe(20_971);
    expect(held(2_048).num_traces).toBe(41_943);
    // Decisions outlast what they were made of, so that late spans are treated alike.
    expect(held(512).decision_cache.sampled_cache_size).toBeGreaterThan(held(512).num_traces);
    expect(sampler.resources.limits.memory).toBe('1024Mi');
  });

  test('delivers to Tempo', () => {
    expect(config.exporters['otlp_grpc/tempo'].endpoint).toBe('tempo.tracing.svc:4317');
    expect(config.service.pipelines.traces.exporters).toEqual(['otlp_grpc/tempo']);
  });
});

describe.each([
  ['otel-gateway', gateway],
  ['otel-sampler', sampler],
])('%s', (_, values) => {
  test('refuses before it runs out of memory, which only the first processor of a pipeline can', () => {
    for (const pipeline of Object.values<Json>(values.alternateConfig.service.pipelines)) {
      expect(pipeline.processors[0]).toBe('memory_limiter');
      expect(pipeline.processors.at(-1)).toBe('batch');
    }
  });

  test('takes OTLP and nothing else', () => {
    expect(Object.keys(values.alternateConfig.receivers)).toEqual(['otlp']);
    const open = Object.entries<Json>(values.ports).filter(([, port]) => port.enabled);
    expect(open.map(([name]) => name).filter((name) => !name.startsWith('otlp'))).toEqual(['metrics']);
    for (const legacy of ['jaeger-compact', 'jaeger-thrift', 'jaeger-grpc', 'zipkin']) {
      expect(values.ports[legacy]).toEqual({ enabled: false });
    }
  });

  test('uses what it configures, and configures what it uses', () => {
    const { service, extensions, ...components } = values.alternateConfig;
    const used = Object.values<Json>(service.pipelines);
    for (const kind of ['receivers', 'processors', 'exporters']) {
      expect(used.flatMap((pipeline) => pipeline[kind]).toSorted()).toEqual(
        Object.keys(components[kind]).toSorted(),
      );
    }
    expect(service.extensions).toEqual(Object.keys(extensions));
    // The chart passes the configuration through a template.
    expect(JSON.stringify(values.alternateConfig)).not.toContain('{{');
  });

  test('meets the standard "restricted", says what it needs, and leaves one node at a time', () => {
    expect(values.podSecurityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(values.securityContext).toMatchObject({
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
    expect(values.serviceAccount.automountServiceAccountToken).toBe(false);
    expect(values.resources.requests).toMatchObject({ cpu: expect.any(String), memory: expect.any(String) });
    expect(values.podDisruptionBudget).toEqual({ enabled: true, maxUnavailable: 1 });
  });

  test('is watched, under the names that the alerts have', () => {
    const { prometheus } = values.alternateConfig.service.telemetry.metrics.readers[0].pull.exporter;
    expect(prometheus).toMatchObject({ port: 8888, without_type_suffix: true, without_units: true });
    expect(values.serviceMonitor).toEqual({
      enabled: true,
      metricsEndpoints: [{ port: 'metrics', interval: '30s' }],
    });
  });
});

describe('Tempo', () => {
  const bucket = 'holdfast-fixture-traces';
  const config = tempoConfig({ bucket, region: 'eu-central-1', retentionDays: 7 });

  test('keeps traces in the bucket for the days that are asked, as its own pod', () => {
    expect(config.storage.trace).toEqual({
      backend: 's3',
      s3: {
        bucket,
        region: 'eu-central-1',
        endpoint: 's3.eu-central-1.amazonaws.com',
      },
      wal: { path: '/var/tempo/wal' },
    });
    expect(config.compactor.compaction.block_retention).toBe('168h');
    // A document within a document, in which Terraform fills in the bucket.
    const [filledIn] = /\$\{data\.[\w.]+\}/.exec(tempo.config) ?? [];
    expect(filledIn).toBe('${data.terraform_remote_state.data.outputs.trace_bucket_name}');
    expect(
      JSON.parse(tempo.config.replace(/^<|>$/g, '').replaceAll('\\"', '"').replace(filledIn, bucket)),
    ).toEqual(config);
    expect(tempo.serviceAccount).toEqual({
      create: true,
      name: 'tempo',
      automountServiceAccountToken: false,
    });
  });

  test('takes OTLP alone, tells nobody of itself, and writes to its volume alone', () => {
    expect(config.distributor.receivers).toEqual({
      otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' } } },
    });
    expect(config.usage_report).toEqual({ reporting_enabled: false });
    expect(tempo.tempo.securityContext.readOnlyRootFilesystem).toBe(true);
    expect(tempo.persistence).toMatchObject({ enabled: true, storageClassName: 'holdfast-gp3' });
    expect(tempo.securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
  });
});

test('spans go one way: each part is reached by the one before it, and by the monitoring', () => {
  const policy = (name: string) =>
    blocks('kubernetes_network_policy_v1', observability).find(
      ({ metadata }) => metadata.name === name && metadata.namespace === 'tracing',
    ).spec;
  const openings = (name: string) =>
    policy(name).ingress.map(({ from, ports }: Json) => [
      from[0].namespace_selector?.match_labels['kubernetes.io/metadata.name'] ??
        from[0].pod_selector.match_labels['app.kubernetes.io/instance'],
      ports.map(({ port }: Json) => port).join(' '),
    ]);
  expect(policy('default-deny')).toEqual({ pod_selector: {}, policy_types: ['Ingress', 'Egress'] });
  expect(openings('otel-gateway')).toEqual([
    ['holdfast', '4317 4318'],
    ['monitoring', '8888'],
  ]);
  expect(openings('otel-sampler')).toEqual([
    ['otel-gateway', '4317'],
    ['monitoring', '8888'],
  ]);
  expect(openings('tempo')).toEqual([
    ['otel-sampler', '4317'],
    ['monitoring', '3200'],
  ]);
  const reaches = (name: string) =>
    policy(name)
      .egress.slice(2)
      .map(({ to, ports }: Json) => [
        to[0].pod_selector?.match_labels['app.kubernetes.io/instance'] ?? to[0].ip_block.cidr,
        ports[0].port,
      ]);
  expect(reaches('otel-gateway')).toEqual([['otel-sampler', '4317']]);
  expect(reaches('otel-sampler')).toEqual([['tempo', '4317']]);
  expect(reaches('tempo')).toEqual([
    ['169.254.170.23/32', '80'],
    ['0.0.0.0/0', '443'],
  ]);
});

test('what decides is there before what sends to it, and policies before both', () => {
  const graph = dependencies(observability);
  const address = (name: string) => releaseAddress(observability, name);
  expect(waitsFor(graph, address('otel-gateway'), address('otel-sampler'))).toBe(true);
  expect(waitsFor(graph, address('otel-sampler'), address('tempo'))).toBe(true);
  expect(waitsFor(graph, address('tempo'), address('monitoring'))).toBe(true);
});

describe('the service', () => {
  const settings = (stack: typeof app) =>
    named('kubernetes_config_map_v1', 'holdfast-settings', stack).data as Record<string, string>;
  const egress = (stack: typeof app) =>
    named('kubernetes_network_policy_v1', 'holdfast-collector', stack).spec.egress as Json[];

  test('sends its traces where the collectors are, and may', () => {
    expect(settings(app)).toMatchObject({
      HOLDFAST_OTLP_ENDPOINT: 'http://otel-gateway.tracing.svc:4318',
      HOLDFAST_TRACE_SAMPLING: '1',
    });
    expect(egress(app).at(-1)).toEqual({
      to: [
        {
          namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'tracing' } },
          pod_selector: { match_labels: { 'app.kubernetes.io/instance': 'otel-gateway' } },
        },
      ],
      ports: [
        { protocol: 'TCP', port: '4317' },
        { protocol: 'TCP', port: '4318' },
      ],
    });
  });

  test('sends none, and may not, where there are none', () => {
    expect(Object.keys(settings(without.app)).filter((key) => /OTLP|TRACE/.test(key))).toEqual([]);
    expect(JSON.stringify(egress(without.app))).not.toContain('tracing');
    expect(blocks('helm_release', without.observability).map(({ name }) => name)).not.toContain('tempo');
    const values = valuesOf('monitoring', without.observability);
    expect(values.prometheus.prometheusSpec).not.toHaveProperty('enableFeatures');
    expect(values.grafana.sidecar.datasources).not.toHaveProperty('exemplarTraceIdDestinations');
  });
});

describe('Grafana', () => {
  test('leads from a dot on a graph to its trace', () => {
    const values = valuesOf('monitoring', observability);
    expect(values.prometheus.prometheusSpec.enableFeatures).toEqual(['exemplar-storage']);
    const { datasourceUid, traceIdLabelName } =
      values.grafana.sidecar.datasources.exemplarTraceIdDestinations;
    const { data, metadata } = named('kubernetes_config_map_v1', 'tempo-data-source', observability);
    const [source] = JSON.parse(data['tempo-data-source.yaml']).datasources;
    expect(metadata).toMatchObject({ namespace: 'monitoring', labels: { grafana_datasource: '1' } });
    expect(source).toMatchObject({ uid: datasourceUid, type: 'tempo', url: 'http://tempo.tracing.svc:3200' });
    // What the service calls it (app/src/kernel/open-metrics.ts).
    expect(traceIdLabelName).toBe('trace_id');
  });

  test('leads from a span to its logs where there is a source of them', () => {
    expect(tempoDataSource().datasources[0]?.jsonData).not.toHaveProperty('tracesToLogsV2');
    expect(tempoDataSource('loki').datasources[0]?.jsonData.tracesToLogsV2).toMatchObject({
      datasourceUid: 'loki',
      filterByTraceID: true,
    });
  });
});

describe('integrations', () => {
  const values = valuesOf('otel-sampler', integrated.observability);

  test('get what is kept, besides Tempo', () => {
    const { exporters, service } = values.alternateConfig;
    expect(service.pipelines.traces.exporters).toEqual([
      'otlp_grpc/tempo',
      'otlp_http/datadog',
      'otlp_grpc/jaeger',
    ]);
    expect(exporters['otlp_http/datadog'].traces_endpoint).toBe('https://otlp.datadoghq.eu/v1/traces');
    expect(exporters['otlp_grpc/jaeger']).toMatchObject({
      endpoint: 'jaeger.example.com:14317',
      tls: { insecure: true },
    });
    const { egress } = blocks('kubernetes_network_policy_v1', integrated.observability).find(
      ({ metadata }) => metadata.name === 'otel-sampler',
    ).spec;
    expect(egress.slice(3).map(({ ports }: Json) => ports[0].port)).toEqual(['443', '14317']);
  });

  test('have keys that no value of a chart holds', () => {
    expect(values.alternateConfig.exporters['otlp_http/datadog'].headers['dd-api-key']).toBe(
      '${env:DD_API_KEY}',
    );
    expect(values.extraEnvs).toEqual([
      {
        name: 'DD_API_KEY',
        valueFrom: { secretKeyRef: { name: 'datadog', key: 'api-key', optional: true } },
      },
    ]);
    const [secret] = objectsOf('tracing-secrets', integrated.observability);
    expect(secret.spec.data).toEqual([
      {
        secretKey: 'api-key',
        remoteRef: {
          key: '<data.terraform_remote_state.data.outputs.integration_secret_name>',
          property: 'datadog-api-key',
        },
      },
    ]);
    expect(sampler).not.toHaveProperty('extraEnvs');
  });

  test('Sentry’s address is a file that external-secrets fills, and the pods may reach it', () => {
    const secret = objectsOf('holdfast-secrets', integrated.app).find(
      ({ metadata }) => metadata.name === 'holdfast-sentry',
    );
    expect(secret.spec.data).toEqual([
      {
        secretKey: 'HOLDFAST_SENTRY_DSN',
        remoteRef: {
          key: '<data.terraform_remote_state.data.outputs.integration_secret_name>',
          property: 'sentry-dsn',
        },
      },
    ]);
    const [container] = named('kubernetes_deployment_v1', 'holdfast-gateway', integrated.app).spec.template
      .spec.container;
    expect(container.env).toContainEqual({
      name: 'HOLDFAST_SENTRY_DSN_FILE',
      value: '/var/run/holdfast/secrets/holdfast-sentry/HOLDFAST_SENTRY_DSN',
    });
    const { egress } = named('kubernetes_network_policy_v1', 'holdfast-gateway', integrated.app).spec;
    expect(egress.at(-1)).toEqual({
      to: [{ ip_block: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } }],
      ports: [{ protocol: 'TCP', port: '443' }],
    });
    expect(JSON.stringify(app.json)).not.toContain('SENTRY');
  });

  test('Amazon’s Prometheus gets every metric, signed by the pod', () => {
    const { remoteWrite } = valuesOf('monitoring', integrated.observability).prometheus.prometheusSpec;
    expect(remoteWrite).toMatchObject([
      {
        url: expect.stringMatching(
          /^<?https:\/\/aps-workspaces\.eu-central-1\.amazonaws\.com\/workspaces\/.*metrics_workspace_id.*\/api\/v1\/remote_write>?$/,
        ),
        sigv4: { region: 'eu-central-1' },
      },
    ]);
    expect(valuesOf('monitoring', observability).prometheus.prometheusSpec).not.toHaveProperty('remoteWrite');
  });
});
