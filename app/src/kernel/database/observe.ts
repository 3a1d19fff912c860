import type { LogConfig, LogEvent } from 'kysely';
import type { Metrics } from '../metrics';
import type { Tracing } from '../telemetry/tracing';
import type { PoolUse } from './index';

export interface DatabaseObserver {
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
}

const operations: Readonly<Record<string, string>> = {
  SelectQueryNode: 'select',
  InsertQueryNode: 'insert',
  UpdateQueryNode: 'update',
  DeleteQueryNode: 'delete',
};

/** Measures each statement by what it does; the statement itself and its values are kept out of metrics and traces. */
export function observeStatements({ metrics, tracing }: DatabaseObserver): LogConfig {
  return (event: LogEvent) => {
    const operation = operations[event.query.query.kind] ?? 'raw';
    const failed = event.level === 'error';
    const milliseconds = event.queryDurationMillis;
    metrics.holdfast_database_query_duration_seconds.observe({ operation }, milliseconds / 1000);
    if (failed) metrics.holdfast_database_errors_total.inc({ operation });
    tracing?.record(`database ${operation}`, milliseconds, { 'db.system.name': 'postgresql' }, failed);
  };
}

/** How many connections the pool holds, and who waits for one. @param name of the pool, among those of the process */
export function observePool(pool: { use(): PoolUse }, name: string, { metrics }: DatabaseObserver): void {
  metrics.beforeReading(() => {
    const { used, idle, waiting } = pool.use();
    metrics.holdfast_database_pool_connections.set({ pool: name, state: 'used' }, used);
    metrics.holdfast_database_pool_connections.set({ pool: name, state: 'idle' }, idle);
    metrics.holdfast_database_pool_waiting.set({ pool: name }, waiting);
  });
}
