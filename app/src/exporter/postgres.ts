import { Client } from 'pg';
import { exporter, type Settings } from '../contract';
import { connectPostgres } from '../kernel/database';
import { questions } from './postgres-questions';
import { Samples } from './samples';

/**
 * Asks the primary everything, over a connection of its own: a login by token is good for a new one, and RDS Proxy would
 * show its own sessions. The login may see statistics only.
 *
 * @throws whatever the server answers to the first question that fails
 */
export async function askPostgres(settings: Settings, password: () => string | undefined): Promise<Samples> {
  const milliseconds = exporter.serverSeconds * 1000;
  const client = new Client({
    ...connectPostgres(settings, exporter.databaseUser, password, 'direct'),
    connectionTimeoutMillis: Math.min(milliseconds, settings.HOLDFAST_DATABASE_CONNECT_TIMEOUT_MS),
    query_timeout: milliseconds,
  });
  // A connection that is lost between two questions fails the next one.
  client.on('error', () => {});
  try {
    await client.connect();
    // So that nobody waits for a lock behind a question that nobody waits for any more.
    await client.query(`set statement_timeout = ${milliseconds}; set lock_timeout = 1000`);
    const samples = new Samples();
    for (const { sql, when, read } of questions) {
      if (when && (await client.query(when)).rows[0]?.there !== true) continue;
      read((await client.query(sql)).rows, samples);
    }
    return samples;
  } finally {
    await client.end().catch(() => {});
  }
}
