import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { Kysely, PostgresDialect } from 'kysely';
import type { FlagOverrides } from '../../src/contract';
import { MemoryCache } from '../../src/kernel/cache';
import type { Database } from '../../src/kernel/database';
import { ErrorReports } from '../../src/kernel/errors/reports';
import { Flags } from '../../src/kernel/flags';
import { createPublicServer } from '../../src/kernel/http';
import type { Kernel } from '../../src/kernel/kernel';
import { Lifecycle } from '../../src/kernel/lifecycle';
import { createLogger } from '../../src/kernel/logging';
import { createMetrics } from '../../src/kernel/metrics';
import { Resilience } from '../../src/kernel/resilience';
import { Secrets } from '../../src/kernel/secrets';
import { loadSettings } from '../../src/kernel/settings';
import type { EventTables } from '../../src/modules/events/tables';
import { all } from '../../src/roles/all';
import { memoryDatabase } from './database';
import { testEnvironment } from './environment';
import { eventually } from './service-process';

/** A logger's destination that keeps the entries. */
export function logSink(): { stream: Writable; entries: Record<string, unknown>[]; text: () => string } {
  let text = '';
  const entries: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      for (const line of String(chunk).trim().split('\n')) entries.push(JSON.parse(line));
      done();
    },
  });
  return { stream, entries, text: () => text };
}

export interface TestKernel {
  readonly kernel: Kernel;
  readonly lifecycle: Lifecycle;
  readonly db: Kysely<EventTables>;
  /** The public server with every route; ask it with `inject`. */
  readonly server: FastifyInstance;
  readonly log: ReturnType<typeof logSink>;
  /** Resolves when the flags are in force. */
  setFlags(overrides: FlagOverrides): Promise<void>;
  /**
   * Value of one line of the metrics, such as `holdfast_errors_total{code="VAL_BODY"}`; 0 when it isn't
   * there.
   */
  metric(line: string): Promise<number>;
  close(): Promise<void>;
}

/** For tests that have no business with the database: opening one takes a second. */
export const noDatabase: typeof memoryDatabase = async () => {
  const never = new Kysely<EventTables>({
    dialect: new PostgresDialect({ pool: () => Promise.reject(new Error('none')) }),
  });
  const database: Database = {
    tables: <Tables>() => never as unknown as Kysely<Tables>,
    read: (query) => query(never as never),
    check: async () => {},
    close: async () => {},
  };
  return { db: never, database };
};

/**
 * A kernel on an embedded database in memory, and the routes of all modules; without ports, probes and
 * workers.
 */
export async function startTestKernel(
  changes: Record<string, string> = {},
  open: typeof memoryDatabase = memoryDatabase,
): Promise<TestKernel> {
  const { db, database } = await open();
  const environment = testEnvironment(changes);
  const loaded = loadSettings(environment.env);
  const sink = logSink();
  const log = createLogger({ ...loaded.settings, HOLDFAST_LOG_LEVEL: 'debug' }, 'all', sink.stream);
  const metrics = createMetrics({ process: false });
  const flags = new Flags(environment.directory, log, metrics, 10);
  const secrets = new Secrets(loaded, log, 10);
  const lifecycle = new Lifecycle(log, metrics);
  lifecycle.markStarted();
  const cache = new MemoryCache();
  const kernel: Kernel = {
    role: 'all',
    settings: loaded.settings,
    secrets,
    log,
    metrics,
    flags,
    database,
    cache,
    reports: new ErrorReports(log, metrics),
    resilience: new Resilience({ log, metrics, enabled: () => flags.value('circuit_breaker') }),
    fail: () => {},
  };
  const { reports, settings } = kernel;
  const server = await createPublicServer({ log, metrics, lifecycle, flags, settings, reports });
  for (const part of all(kernel)) part.routes?.(server);
  await server.ready();

  return {
    kernel,
    lifecycle,
    db,
    server,
    log: sink,
    async setFlags(overrides) {
      const loads = () => sink.entries.filter((entry) => entry.msg === 'flag file is in force').length;
      const before = loads();
      environment.setFlags(overrides);
      await eventually(loads, (count) => count > before);
    },
    async metric(line) {
      const found = (await metrics.render()).split('\n').find((each) => each.startsWith(`${line} `));
      return Number(found?.split(' ').at(-1) ?? 0);
    },
    async close() {
      await server.close();
      flags.stop();
      secrets.stop();
      await database.close();
      environment.remove();
    },
  };
}
