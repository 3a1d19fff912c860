/** Namespace of the collectors and of Tempo. */
export const tracingNamespace = 'tracing';
/** Where OTLP arrives: gRPC and HTTP, as its specification has them. */
export const otlpPorts = { grpc: 4317, http: 4318 } as const;
/** Of the collectors' own metrics, and of Tempo's queries and metrics. */
export const collectorMetricsPort = 8888;
export const tempoPort = 3200;

/** Releases, Services and workloads, which are called alike. */
export const tracing = {
  /** Takes spans, and hands all those of one trace to the same sampler. */
  gateway: 'otel-gateway',
  /** Decides which traces are kept. */
  sampler: 'otel-sampler',
  tempo: 'tempo',
} as const;

const addressOf = (service: string): string => `${service}.${tracingNamespace}.svc`;
export const samplerAddress = addressOf(tracing.sampler);
export const tempoAddress = addressOf(tracing.tempo);
/** What the service is given as its collector. */
export const otlpEndpoint = `http://${addressOf(tracing.gateway)}:${otlpPorts.http}`;

/** Bound to an IAM role by the data stack, made by the chart; both must say the same. */
export const tempoAccount = { namespace: tracingNamespace, serviceAccount: tracing.tempo } as const;

/** Labels that the charts put on the pods. */
export const podsOf = (release: string): Record<string, string> => ({
  'app.kubernetes.io/instance': release,
});

/** The Secret that external-secrets fills from the environment's entry of integrations. */
export const datadogSecret = { name: 'datadog', key: 'api-key' } as const;
