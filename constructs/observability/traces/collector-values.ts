import { containerSecurity, podSecurity, resources } from '../../platform/hardening';
import { priorityClasses } from '../../platform/names';
import { datadogVariable, gatewayConfig, type SamplingProps, samplerConfig } from './collector-config';
import { datadogSecret, podsOf, tracing } from './names';

/** User of the image. */
const user = 10_001;

const closed = { enabled: false } as const;

/** What both tiers have in common; they differ in their configuration, their memory and their Service. */
const collector = (name: string, replicas: number, cpu: string, memoryMiB: number) => ({
  mode: 'deployment' as const,
  fullnameOverride: name,
  // Has what both tiers need, and little else.
  image: { repository: 'otel/opentelemetry-collector-k8s' },
  replicaCount: replicas,
  serviceAccount: { create: true, automountServiceAccountToken: false },
  podSecurityContext: { ...podSecurity, runAsUser: user, runAsGroup: user, fsGroup: user },
  securityContext: containerSecurity,
  resources: resources(cpu, `${memoryMiB}Mi`, `${memoryMiB}Mi`),
  priorityClassName: priorityClasses.background.name,
  // Long enough to deliver what is waiting.
  terminationGracePeriodSeconds: 60,
  rollout: { strategy: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  // A budget would keep a single copy on its node for ever.
  podDisruptionBudget: replicas > 1 ? { enabled: true, maxUnavailable: 1 } : closed,
  topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: podsOf(name) },
    matchLabelKeys: ['pod-template-hash'],
  })),
  serviceMonitor: { enabled: true, metricsEndpoints: [{ port: 'metrics', interval: '30s' }] },
});

const ports = (http: boolean) => ({
  otlp: { enabled: true },
  'otlp-http': { enabled: http },
  metrics: { enabled: true },
  // On by default, for receivers that are not configured here.
  'jaeger-compact': closed,
  'jaeger-thrift': closed,
  'jaeger-grpc': closed,
  zipkin: closed,
});

/**
 * Values of the collector's chart, twice. `alternateConfig` takes the place of the chart's own configuration instead of
 * being merged with it, so no receiver or pipeline of the chart's is left over. It goes through `tpl`: no `{{` in it.
 */
export const gatewayValues = (replicas: number) => ({
  ...collector(tracing.gateway, replicas, '50m', 256),
  ports: ports(true),
  alternateConfig: gatewayConfig(),
});

export const samplerValues = (replicas: number, props: SamplingProps) => ({
  ...collector(tracing.sampler, replicas, '100m', props.memoryMiB),
  ports: ports(false),
  // Without an address of its own: the name stands for every pod, and the first tier chooses.
  service: { clusterIP: 'None' },
  alternateConfig: samplerConfig(props),
  ...(props.datadog && {
    extraEnvs: [
      {
        name: datadogVariable,
        // Optional: Tempo gets its traces also while nobody has filled in the key, and TracesNotDelivered says so.
        valueFrom: { secretKeyRef: { ...datadogSecret, optional: true } },
      },
    ],
  }),
});

export type CollectorValues = ReturnType<typeof gatewayValues> | ReturnType<typeof samplerValues>;
