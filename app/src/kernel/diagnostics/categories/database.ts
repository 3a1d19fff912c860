import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { components, roles, type Settings } from '../../../contract';
import { type Database, openPostgres } from '../../database';
import { type Finding, fail, pass, type Subject, warn, withoutSettings } from '../types';
import { connection } from './connection';

const runbook = `runbooks/${components.database.runbook}.md`;
/** Oldest major version that Holdfast's SQL is written for. */
const oldestMajor = 15;

/** The database answers, and is one that Holdfast runs on. */
export async function database({ context, settings, role }: Subject): Promise<readonly Finding[]> {
  if (!settings) return withoutSettings('database');
  if (context.service) return look(context.service.database, addressOf(settings));
  if (settings.HOLDFAST_DATABASE_ENGINE === 'pglite') return [embedded(settings)];
  const opened = openPostgres({
    settings,
    user: roles[role].databaseUser,
    password: () => settings.HOLDFAST_DATABASE_PASSWORD,
    log: pino({ level: 'silent' }),
  });
  try {
    return await look(opened, `${addressOf(settings)} as ${roles[role].databaseUser}`);
  } finally {
    await opened.close();
  }
}

const addressOf = (settings: Settings) =>
  settings.HOLDFAST_DATABASE_ENGINE === 'pglite'
    ? (settings.HOLDFAST_DATABASE_DIRECTORY as string)
    : `${settings.HOLDFAST_DATABASE_HOST}:${settings.HOLDFAST_DATABASE_PORT}`;

async function look(opened: Database, address: string): Promise<Finding[]> {
  const answer = await connection(opened, address, runbook);
  if (answer.verdict === 'fail') return [answer];
  const findings = [answer];
  const { rows } = await sql<{
    version: string;
  }>`select current_setting('server_version') as version`.execute(opened.tables());
  const found = rows[0]?.version ?? '';
  findings.push(
    Number.parseInt(found, 10) >= oldestMajor
      ? pass('version', `PostgreSQL ${found}`)
      : fail('version', `PostgreSQL ${found} is too old`, `Upgrade the server to ${oldestMajor} or newer.`),
  );
  const use = opened.pool?.();
  if (use) {
    const message = `${use.used} of ${use.maximum} connections in use, ${use.waiting} requests wait`;
    findings.push(
      use.waiting === 0
        ? pass('pool', message)
        : warn('pool', message, 'Raise HOLDFAST_DATABASE_POOL_SIZE, or add replicas.'),
    );
  }
  return findings;
}

/** Opened by one process alone, and not by this one: a look at the directory has to do. */
function embedded(settings: Settings): Finding {
  const directory = settings.HOLDFAST_DATABASE_DIRECTORY as string;
  return existsSync(join(directory, 'pglite', 'PG_VERSION'))
    ? pass('embedded', `there is a database in ${directory}`)
    : warn(
        'embedded',
        `${directory} holds no database yet`,
        `The first start makes one; sooner: holdfast prepare-database ${directory}`,
      );
}
