import { slos } from '../../../app/src/contract';
import { collectorMetricsPort, otlpPorts, samplerAddress, tempoAddress } from './names';

/** Where kept traces go besides Tempo. */
export interface TraceDestinations {
  /** Sends them to Datadog's OTLP intake of that site. Default: not. */
  readonly datadog?: { readonly site: string };
  /** Sends them to whatever takes OTLP over gRPC there, such as Jaeger. Default: not. */
  readonly jaeger?: { readonly endpoint: string; readonly tls: boolean };
}

export interface SamplingProps extends TraceDestinations {
  /** Per cent of the traces that are neither failed nor slow. */
  readonly keptPercentage: number;
  /** Of each sampler. */
  readonly memoryMiB: number;
}

/** Seconds within which a request has to be answered, by the strictest of the promises. */
export const slowSeconds = Math.min(
  ...Object.values(slos).flatMap(({ indicator }) =>
    indicator.kind === 'latency' ? [indicator.thresholdSeconds] : [],
  ),
);

/** Filled in by the collector from its environment, not by Terraform: tfJson escapes it. */
const ownAddress = (port: number): string => `\${env:MY_POD_IP}:${port}`;

/** The name that the Secret's value has in the sampler's environment. */
export const datadogVariable = 'DD_API_KEY';

/** What all collectors have. The chart's probes ask `health_check`. */
const base = () => ({
  extensions: { health_check: { endpoint: ownAddress(13133) } },
  service: {
    extensions: ['health_check'],
    telemetry: {
      metrics: {
        readers: [
          {
            pull: {
              exporter: {
                prometheus: {
                  host: '${env:MY_POD_IP}',
                  port: collectorMetricsPort,
                  // The names that the documents have, and the alerts.
                  without_type_suffix: true,
                  without_units: true,
                  without_scope_info: true,
                },
              },
            },
          },
        ],
      },
    },
  },
});

/** Refuses spans, which their senders then keep and send again, before the kernel kills the collector. */
const memoryLimiter = { check_interval: '1s', limit_percentage: 80, spike_limit_percentage: 20 } as const;
/** Patience with what is restarted or moved; after that spans are dropped and counted. */
const retry = {
  enabled: true,
  initial_interval: '1s',
  max_interval: '30s',
  max_elapsed_time: '600s',
} as const;
const insecure = { insecure: true } as const;

/**
 * The first tier. Spans of one trace come from several pods, each by a connection of its own to whichever collector: only
 * here are they brought together, by the hash of their trace. The list of samplers comes from the name service, so no
 * collector needs to read the Kubernetes API. Retries are the balancer's own: they choose again among the samplers that
 * are there then.
 */
export const gatewayConfig = () => {
  const { extensions, service } = base();
  return {
    extensions,
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: ownAddress(otlpPorts.grpc) },
          http: { endpoint: ownAddress(otlpPorts.http) },
        },
      },
    },
    processors: { memory_limiter: memoryLimiter, batch: { timeout: '1s', send_batch_size: 1_024 } },
    exporters: {
      load_balancing: {
        routing_key: 'traceID',
        resolver: { dns: { hostname: samplerAddress, port: String(otlpPorts.grpc), interval: '5s' } },
        retry_on_failure: retry,
        sending_queue: { enabled: true, queue_size: 1_000 },
        protocol: {
          otlp: {
            timeout: '5s',
            tls: insecure,
            // A queue per sampler would hold on to those that are gone.
            sending_queue: { enabled: false },
            retry_on_failure: { enabled: false },
          },
        },
      },
    },
    service: {
      ...service,
      pipelines: {
        traces: {
          receivers: ['otlp'],
          processors: ['memory_limiter', 'batch'],
          exporters: ['load_balancing'],
        },
      },
    },
  };
};

/** Seconds until a trace is decided on: longer than the queue's usual lag and the delay of the service's exporter. */
const decisionSeconds = 10;
/** Half of the memory, at 25 KiB a trace. What is more pushes out the oldest undecided ones, and is counted. */
const tracesInMemory = (memoryMiB: number): number => Math.floor((memoryMiB * 1_024) / 2 / 25);

/**
 * What is kept: a trace counts as slow by its requests, not from its first to its last span, since what the worker makes of
 * a batch comes seconds later and would make every ingestion slow.
 */
export const samplingPolicies = (keptPercentage: number) => [
  { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
  {
    name: 'slow',
    type: 'ottl_condition',
    ottl_condition: {
      error_mode: 'ignore',
      span: [`kind == SPAN_KIND_SERVER and end_time_unix_nano - start_time_unix_nano > ${slowSeconds * 1e9}`],
    },
  },
  { name: 'rest', type: 'probabilistic', probabilistic: { sampling_percentage: keptPercentage } },
];

/** The second tier, which sees whole traces. */
export const samplerConfig = (props: SamplingProps) => {
  const { extensions, service } = base();
  const traces = tracesInMemory(props.memoryMiB);
  const exporters = destinations(props);
  return {
    extensions,
    receivers: { otlp: { protocols: { grpc: { endpoint: ownAddress(otlpPorts.grpc) } } } },
    processors: {
      memory_limiter: memoryLimiter,
      tail_sampling: {
        decision_wait: `${decisionSeconds}s`,
        num_traces: traces,
        // A span that comes late is treated like the rest of its trace.
        decision_cache: { sampled_cache_size: traces * 5, non_sampled_cache_size: traces * 5 },
        policies: samplingPolicies(props.keptPercentage),
      },
      // Datadog takes 3.2 MB at once.
      batch: { timeout: '1s', send_batch_size: 512, send_batch_max_size: 512 },
    },
    exporters,
    service: {
      ...service,
      pipelines: {
        traces: {
          receivers: ['otlp'],
          processors: ['memory_limiter', 'tail_sampling', 'batch'],
          exporters: Object.keys(exporters),
        },
      },
    },
  };
};

/** Each has a queue of its own: one that is down holds up none of the others. */
const destinations = ({ datadog, jaeger }: TraceDestinations) => ({
  'otlp_grpc/tempo': {
    endpoint: `${tempoAddress}:${otlpPorts.grpc}`,
    tls: insecure,
    retry_on_failure: retry,
  },
  ...(datadog && {
    'otlp_http/datadog': {
      traces_endpoint: `https://otlp.${datadog.site}/v1/traces`,
      headers: { 'dd-api-key': `\${env:${datadogVariable}}`, compute_stats: 'true' },
      retry_on_failure: retry,
    },
  }),
  ...(jaeger && {
    'otlp_grpc/jaeger': {
      endpoint: jaeger.endpoint,
      tls: { insecure: !jaeger.tls },
      retry_on_failure: retry,
    },
  }),
});
