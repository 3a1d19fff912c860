interface MetricBase {
  readonly help: string;
  readonly labels: readonly string[];
}
export type MetricDefinition =
  | (MetricBase & { readonly type: 'counter' | 'gauge' })
  | (MetricBase & { readonly type: 'histogram'; readonly buckets: readonly number[] });

/** Seconds; chosen around the SLO thresholds in slos.ts, which must be bucket bounds to be measurable. */
const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/** Every metric the service exports. Base units only: seconds, bytes, counts. Recording rules may use no others. */
export const metrics = {
  holdfast_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels tell which version of which role this process is.',
    labels: ['version', 'role', 'environment'],
  },
  holdfast_lifecycle_state: {
    type: 'gauge',
    help: '1 for the state the process is in, 0 for the others.',
    labels: ['state'],
  },
  holdfast_component_up: {
    type: 'gauge',
    help: '1 while the component is HEALTHY or DEGRADED.',
    labels: ['component'],
  },
  holdfast_component_status: {
    type: 'gauge',
    help: '1 for the state of health the component is in, 0 for the others.',
    labels: ['component', 'status'],
  },
  holdfast_health_check_duration_seconds: {
    type: 'histogram',
    help: 'Time until a health check answered, or was given up.',
    labels: ['component'],
    buckets: latencyBuckets,
  },
  holdfast_recovery_attempts_total: {
    type: 'counter',
    help: 'Attempts to bring a component back, by step of the ladder and outcome (recovered, failed).',
    labels: ['component', 'step', 'outcome'],
  },
  holdfast_http_requests_total: {
    type: 'counter',
    help: 'Requests answered on the public port.',
    labels: ['method', 'route', 'status'],
  },
  holdfast_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from the first byte of the request to the last byte of the answer, on the public port.',
    labels: ['method', 'route'],
    buckets: latencyBuckets,
  },
  holdfast_errors_total: {
    type: 'counter',
    help: 'Errors by their code in the contract.',
    labels: ['code'],
  },
  holdfast_events_accepted_total: {
    type: 'counter',
    help: 'Events stored durably and acknowledged.',
    labels: [],
  },
  holdfast_events_rejected_total: {
    type: 'counter',
    help: 'Events refused, by the code given to the client.',
    labels: ['code'],
  },
  holdfast_aggregation_events_total: {
    type: 'counter',
    help: 'Events turned into aggregates.',
    labels: [],
  },
  holdfast_aggregation_duration_seconds: {
    type: 'histogram',
    help: 'Time of one aggregation transaction.',
    labels: [],
    buckets: latencyBuckets,
  },
  holdfast_aggregation_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest accepted batch that is not aggregated yet; 0 when there is none.',
    labels: [],
  },
  holdfast_cache_requests_total: {
    type: 'counter',
    help: 'Look-ups in the query cache.',
    labels: ['result'],
  },
  holdfast_flag_file_reloads_total: {
    type: 'counter',
    help: 'Attempts to load the flag file, by outcome (ok, error).',
    labels: ['outcome'],
  },
  holdfast_flag_file_valid: {
    type: 'gauge',
    help: '1 while the flag file on disk is the one in force; 0 while a broken one is ignored.',
    labels: [],
  },
} as const satisfies Record<`holdfast_${string}`, MetricDefinition>;

export type MetricName = keyof typeof metrics;
export type MetricLabel<M extends MetricName> = (typeof metrics)[M]['labels'][number];
export type MetricsOfType<T extends MetricDefinition['type']> = {
  [M in MetricName]: (typeof metrics)[M]['type'] extends T ? M : never;
}[MetricName];
