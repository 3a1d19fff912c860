interface MetricBase {
  readonly help: string;
  readonly labels: readonly string[];
}
export type MetricDefinition =
  | (MetricBase & { readonly type: 'counter' | 'gauge' })
  | (MetricBase & {
      readonly type: 'histogram';
      readonly buckets: readonly number[];
      /** Whether a bucket names the trace of its latest request that has one. Default: false. */
      readonly exemplars?: boolean;
    });

/** Seconds; chosen around the SLO thresholds in slos.ts, which must be bucket bounds to be measurable. */
const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/** Seconds; for what usually takes less than a request, down to a tenth of a millisecond. */
const operationBuckets = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] as const;

/** Every metric the service exports, beside prom-client's own `process_*` and `nodejs_*`. Base units only: seconds, bytes, counts. Recording rules may use no others. */
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
  holdfast_settings_reloads_total: {
    type: 'counter',
    help: 'Attempts to reload the settings, by outcome (ok, error).',
    labels: ['outcome'],
  },
  holdfast_compliance_check: {
    type: 'gauge',
    help: '1 while the settings in force keep the rule (encryption, logins, keys, what logs hold), 0 while they do not.',
    labels: ['check'],
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
    exemplars: true,
  },
  holdfast_http_requests_in_flight: {
    type: 'gauge',
    help: 'Requests on the public port that are not answered yet.',
    labels: [],
  },
  holdfast_http_client_requests_total: {
    type: 'counter',
    help: 'Requests that the service sent, retries included, by dependency and outcome (a status class such as 2xx, or error).',
    labels: ['dependency', 'outcome'],
  },
  holdfast_http_client_request_duration_seconds: {
    type: 'histogram',
    help: 'Time of one request that the service sent, until the head of its answer.',
    labels: ['dependency'],
    buckets: latencyBuckets,
  },
  holdfast_errors_total: {
    type: 'counter',
    help: 'Errors by their code in the contract.',
    labels: ['code'],
  },
  holdfast_error_alerts_total: {
    type: 'counter',
    help: 'Alerts that the process raised because errors of one code came too often.',
    labels: ['code'],
  },
  holdfast_rate_limit_decisions_total: {
    type: 'counter',
    help: 'Decisions on requests, by route, outcome (allowed, limited, refused) and what decided (valkey, process).',
    labels: ['route', 'outcome', 'store'],
  },
  holdfast_breaker_state: {
    type: 'gauge',
    help: '1 for the state that the circuit breaker of the dependency is in (closed, open, half_open), else 0.',
    labels: ['dependency', 'state'],
  },
  holdfast_resilience_events_total: {
    type: 'counter',
    help: 'What policies did: opened, half_opened, closed, retried, timed_out, short_circuited, overloaded, fell_back.',
    labels: ['dependency', 'event'],
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
  holdfast_aggregation_batches_total: {
    type: 'counter',
    help: 'Batches taken from the queue, by outcome (done, dead).',
    labels: ['outcome'],
  },
  holdfast_aggregation_queue_batches: {
    type: 'gauge',
    help: 'Batches that wait to be aggregated; counted up to 10000.',
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
  holdfast_backup_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When the last backup of the kind was finished, as `holdfast backup create` noted in the database; absent before the first one.',
    labels: ['kind'],
  },
  holdfast_cache_requests_total: {
    type: 'counter',
    help: 'Look-ups in the query cache.',
    labels: ['result'],
  },
  holdfast_cache_operation_duration_seconds: {
    type: 'histogram',
    help: 'Time of one operation (get, set, script) on the cache server.',
    labels: ['operation'],
    buckets: operationBuckets,
  },
  holdfast_cache_errors_total: {
    type: 'counter',
    help: 'Operations that the cache server did not answer, or refused.',
    labels: ['operation'],
  },
  holdfast_database_query_duration_seconds: {
    type: 'histogram',
    help: 'Time of one statement (select, insert, update, delete, raw) at the database, without waiting for a connection.',
    labels: ['operation'],
    buckets: operationBuckets,
  },
  holdfast_database_errors_total: {
    type: 'counter',
    help: 'Statements that failed.',
    labels: ['operation'],
  },
  holdfast_database_pool_connections: {
    type: 'gauge',
    help: 'Connections that the process holds, by pool (pool, reader) and state (used, idle).',
    labels: ['pool', 'state'],
  },
  holdfast_database_pool_waiting: {
    type: 'gauge',
    help: 'Requests that wait for a connection of the pool.',
    labels: ['pool'],
  },
  holdfast_telemetry_exports_total: {
    type: 'counter',
    help: 'Deliveries to an exporter (otlp, sentry), by outcome (ok, error, dropped).',
    labels: ['exporter', 'outcome'],
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
  holdfast_flag_overrides: {
    type: 'gauge',
    help: 'Flags that are overridden at run time.',
    labels: [],
  },
  holdfast_flag_overrides_fresh: {
    type: 'gauge',
    help: '1 while the overrides in the database are those in force; 0 while the last known ones are kept.',
    labels: [],
  },
  holdfast_flag_overridden: {
    type: 'gauge',
    help: '1 while an override made at run time is in force for the flag, else 0.',
    labels: ['flag'],
  },
  holdfast_flag_rollout_ratio: {
    type: 'gauge',
    help: 'Share of the targeting keys, 0 to 1, that the flag’s own rule is on for now; missing where the rule lists users or groups, or is written by hand.',
    labels: ['flag'],
  },
  holdfast_flag_stale: {
    type: 'gauge',
    help: '1 while the flag is due to be looked after for that reason (expired, settled, unused by this process), else 0.',
    labels: ['flag', 'finding'],
  },
  holdfast_flag_evaluations_total: {
    type: 'counter',
    help: 'Evaluations of a flag by the variant that was served, counted every few seconds.',
    labels: ['flag', 'variant'],
  },
} as const satisfies Record<`holdfast_${string}`, MetricDefinition>;

export type MetricName = keyof typeof metrics;
export type MetricLabel<M extends MetricName> = (typeof metrics)[M]['labels'][number];
export type MetricsOfType<T extends MetricDefinition['type']> = {
  [M in MetricName]: (typeof metrics)[M]['type'] extends T ? M : never;
}[MetricName];
