/** What telling of itself costs the service. Variants run in turns in one process, so that their ratio holds. */
import { setImmediate } from 'node:timers/promises';
import compress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { destination, pino } from 'pino';
import { type Figure, median, processorTime } from '../../tools/bench/figure';
import { type FlagKey, flags as flagDefinitions } from '../src/contract';
import { MemoryCache } from '../src/kernel/cache';
import { migrate, surviveLostConnections } from '../src/kernel/database';
import { ErrorReports } from '../src/kernel/errors/reports';
import { createPublicServer } from '../src/kernel/http';
import type { Kernel } from '../src/kernel/kernel';
import { createLogger } from '../src/kernel/logging';
import { createMetrics, type Metrics } from '../src/kernel/metrics';
import { Resilience } from '../src/kernel/resilience';
import { loadSettings } from '../src/kernel/settings';
import { openTelemetry } from '../src/kernel/telemetry';
import { migrations, queries } from '../src/modules/events';
import { testEnvironment } from '../test/support/environment';
import { startPostgres } from '../test/support/servers';

const runs = 5;
const rounds = 2000;
const url = '/v1/aggregates?name=bench-1&limit=100';

/** Microseconds of one recording. */
function recordings(): [name: string, values: number[]][] {
  const metrics = createMetrics();
  const request = { method: 'GET', route: '/v1/aggregates', status: '200' };
  const route = { method: 'GET', route: '/v1/aggregates' };
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  return [
    ['counter without labels', processorTime(() => metrics.holdfast_events_accepted_total.inc())],
    ['counter with three labels', processorTime(() => metrics.holdfast_http_requests_total.inc(request))],
    ['gauge', processorTime(() => metrics.holdfast_aggregation_lag_seconds.set(1))],
    [
      'histogram with two labels',
      processorTime(() => metrics.holdfast_http_request_duration_seconds.observe(route, 0.02)),
    ],
    [
      'histogram with two labels and a trace',
      processorTime(() => metrics.holdfast_http_request_duration_seconds.observe(route, 0.02, trace)),
    ],
  ];
}

/** Microseconds of one request, with what is done after its answer. */
async function ask(server: FastifyInstance): Promise<number> {
  const started = process.hrtime.bigint();
  const { statusCode } = await server.inject(url);
  await setImmediate();
  const microseconds = Number(process.hrtime.bigint() - started) / 1000;
  if (statusCode !== 200) throw new Error(`the route answered ${statusCode}`);
  return microseconds;
}

/**
 * Median microseconds of a request at each. They take turns request by request, so that whatever else the machine does
 * hits all; who goes first changes, because the first of them meets what the last left behind.
 */
async function turns(servers: readonly FastifyInstance[]): Promise<number[]> {
  const times = servers.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < servers.length; turn++) {
      const index = (round + turn) % servers.length;
      times[index]?.push(await ask(servers[index] as FastifyInstance));
    }
  }
  return times.map(median);
}

/** Counts nothing, at no cost that could be measured. */
const noMetrics = new Proxy({} as Metrics, {
  get: (_, name) => (name === 'beforeReading' ? () => {} : { inc() {}, add() {}, set() {}, observe() {} }),
});

/** What logs and correlation, and metrics beside them, cost an aggregate query: with and without, on PostgreSQL. */
async function route(): Promise<Figure[]> {
  const postgres = await startPostgres();
  const { host, port, user, database } = postgres;
  const pool = new Pool({ host, port, user, database, max: 4 });
  // The server may stop while a connection is still closing; nobody is interested by then.
  surviveLostConnections(pool, () => {});
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, migrations);
    postgres.sql(`insert into event_aggregates select timestamptz '2026-01-01' + minute * interval '1 minute',
      'bench-' || name, 5, 10, 1, 3 from generate_series(1, 1000) minute, generate_series(1, 5) name`);
    postgres.sql('analyze event_aggregates');
    const kernel = kernelOn(db);
    const lifecycle = { stopping: false } as never;
    const { tracing, reports } = kernel;
    const full = await createPublicServer({ ...kernel, lifecycle, tracing, reports });
    const bare = Fastify({ logger: false });
    await bare.register(compress, { globalDecompression: false });
    const logging = await createPublicServer({ ...kernel, metrics: noMetrics, lifecycle, tracing, reports });
    const servers = [bare, logging, full];
    for (const server of servers) queries(kernel).routes?.(server);
    await turns(servers);
    const measured: number[][] = [];
    for (let run = 0; run < runs; run++) measured.push(await turns(servers));
    return [
      share('logs and correlation of an aggregate query', measured, 1),
      share('logs, correlation and metrics of an aggregate query', measured, 2),
    ];
  } finally {
    await db.destroy();
    await postgres.stop();
  }
}

/** What the server at the index costs more than the first. The promise is about logs and correlation. */
function share(name: string, measured: readonly (readonly number[])[], index: number): Figure {
  const of = (run: readonly number[], at: number) => run[at] as number;
  const extra = median(measured.map((run) => of(run, index) - of(run, 0)));
  const whole = median(measured.map((run) => of(run, index)));
  return {
    ...{ name, unit: '%', promised: 6.7 },
    values: measured.map((run) => (of(run, index) / of(run, 0) - 1) * 100),
    note: `${extra.toFixed(0)} µs of ${whole.toFixed(0)} µs`,
  };
}

/** What the route needs; logs are written, to where nobody reads them. */
function kernelOn(db: Kysely<unknown>): Kernel {
  const { env, remove } = testEnvironment();
  const { settings } = loadSettings(env);
  remove();
  const log = createLogger(settings, 'gateway', destination({ dest: '/dev/null', sync: true }));
  const metrics = createMetrics();
  const values: Partial<Record<FlagKey, unknown>> = { caching: false };
  const flags = { value: (key: FlagKey) => values[key] ?? flagDefinitions[key].default } as Kernel['flags'];
  const names = { role: 'gateway', environment: 'bench', version: '0' };
  const { tracing } = openTelemetry({}, names, log, metrics);
  return {
    ...{ role: 'gateway', settings, log, metrics, flags, tracing, cache: new MemoryCache() },
    secrets: { current: () => 'k'.repeat(64), previous: () => undefined } as unknown as Kernel['secrets'],
    database: {
      tables: () => db as never,
      read: (query) => query(db as never),
      check: async () => {},
      close: async () => {},
    },
    reports: new ErrorReports(log, metrics),
    fail: () => {},
    resilience: new Resilience({ log: pino({ enabled: false }), metrics, enabled: () => true }),
  };
}

export async function measure(): Promise<Figure[]> {
  const figures = recordings().map(
    ([name, values]): Figure => ({ name: `recording a metric: ${name}`, unit: 'µs', promised: 1, values }),
  );
  return [...figures, ...(await route())];
}
