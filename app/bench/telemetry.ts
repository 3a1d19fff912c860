/**
 * `npm run bench:telemetry`: what telling of itself costs the service. Both variants run in turns in one process, so
 * that their ratio holds whatever else the machine does. Needs PostgreSQL's binaries. Nothing passes or fails here.
 */
import compress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { destination, pino } from 'pino';
import { table } from '../../tools/lib/terminal';
import { type FlagKey, flags as flagDefinitions } from '../src/contract';
import { MemoryCache } from '../src/kernel/cache';
import { migrate, surviveLostConnections } from '../src/kernel/database';
import { ErrorReports } from '../src/kernel/errors/reports';
import { createPublicServer } from '../src/kernel/http';
import type { Kernel } from '../src/kernel/kernel';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { Resilience } from '../src/kernel/resilience';
import { openTelemetry } from '../src/kernel/telemetry';
import { migrations, queries } from '../src/modules/events';
import { startPostgres } from '../test/support/servers';

const rounds = 80;
const requestsPerRound = 100;
const url = '/v1/aggregates?name=bench-1&limit=100';

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Nanoseconds of one recording, the median of some rounds. */
function recordings(): [string, number][] {
  const metrics = createMetrics();
  const times = 200_000;
  const measure = (record: () => void) => {
    const each: number[] = [];
    for (let round = 0; round < 15; round++) {
      const started = process.hrtime.bigint();
      for (let index = 0; index < times; index++) record();
      each.push(Number(process.hrtime.bigint() - started) / times);
    }
    return median(each);
  };
  const request = { method: 'GET', route: '/v1/aggregates', status: '200' };
  const route = { method: 'GET', route: '/v1/aggregates' };
  return [
    ['counter without labels', measure(() => metrics.holdfast_events_accepted_total.inc())],
    ['counter with three labels', measure(() => metrics.holdfast_http_requests_total.inc(request))],
    ['gauge', measure(() => metrics.holdfast_aggregation_lag_seconds.set(1))],
    [
      'histogram with two labels',
      measure(() => metrics.holdfast_http_request_duration_seconds.observe(route, 0.02)),
    ],
  ];
}

async function block(server: FastifyInstance): Promise<number> {
  const started = process.hrtime.bigint();
  for (let index = 0; index < requestsPerRound; index++) {
    const { statusCode } = await server.inject(url);
    if (statusCode !== 200) throw new Error(`the route answered ${statusCode}`);
  }
  return Number(process.hrtime.bigint() - started) / requestsPerRound / 1000;
}

async function route(): Promise<{ bare: number; full: number; extra: number; ratio: number }> {
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
    for (const server of [full, bare]) queries(kernel).routes?.(server);
    const with_: number[] = [];
    const without: number[] = [];
    for (let round = -10; round < rounds; round++) {
      // Who goes first changes, because the first of two meets what the other left behind.
      const order = round % 2 === 0 ? ([full, bare] as const) : ([bare, full] as const);
      for (const server of order) {
        const time = await block(server);
        if (round >= 0) (server === full ? with_ : without).push(time);
      }
    }
    const ratios = with_.map((time, index) => time / (without[index] ?? time) - 1);
    const differences = with_.map((time, index) => time - (without[index] ?? time));
    return { bare: median(without), full: median(with_), extra: median(differences), ratio: median(ratios) };
  } finally {
    await db.destroy();
    await postgres.stop();
  }
}

/** What the route needs; logs are written, to where nobody reads them. */
function kernelOn(db: Kysely<unknown>): Kernel {
  const settings = { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'bench' } as Kernel['settings'];
  const log = createLogger(settings, 'gateway', destination({ dest: '/dev/null', sync: true }));
  const metrics = createMetrics();
  const values: Partial<Record<FlagKey, unknown>> = { caching: false };
  const flags = { value: (key: FlagKey) => values[key] ?? flagDefinitions[key].default } as Kernel['flags'];
  const names = { role: 'gateway', environment: 'bench', version: '0' };
  const { tracing } = openTelemetry({}, names, log, metrics);
  return {
    ...{ role: 'gateway', settings, log, metrics, flags, tracing, cache: new MemoryCache() },
    secrets: { current: () => 'k'.repeat(64), previous: () => undefined } as unknown as Kernel['secrets'],
    database: { tables: () => db as never, check: async () => {}, close: async () => {} },
    reports: new ErrorReports(log, metrics),
    resilience: new Resilience({ log: pino({ enabled: false }), metrics, enabled: () => true }),
  };
}

async function main(): Promise<void> {
  console.log(`Node ${process.version}\n`);
  const rows = recordings().map(([name, nanoseconds]) => [name, `${(nanoseconds / 1000).toFixed(2)} µs`]);
  console.log(table(['recording a metric', 'median'], rows));
  const { bare, full, extra, ratio } = await route();
  console.log(`\nGET ${url} on PostgreSQL, ${rounds} × ${requestsPerRound} requests each, in turns`);
  console.log(`  without logs, correlation and metrics   ${bare.toFixed(0)} µs`);
  console.log(`  with them                               ${full.toFixed(0)} µs`);
  console.log(
    `  so they cost                            ${extra.toFixed(1)} µs, ${(ratio * 100).toFixed(1)} %`,
  );
}

main().catch((error: Error) => {
  console.error(`error ${error.message}`);
  process.exitCode = 1;
});
