import { resolve } from 'node:path';
import { destination } from 'pino';
import { openPglite } from '../kernel/database';
import { createLogger } from '../kernel/logging';
import type { Environment } from '../kernel/settings';
import { schema } from '../roles';

/**
 * Creates an embedded database in the directory, or migrates the one that is there. Needs no settings.
 *
 * @param logTo file descriptor of the log
 * @throws StartError when the directory is in use or cannot be written
 */
export async function prepareDatabase(
  directory: string,
  env: Environment,
  logTo: 1 | 2,
): Promise<{ readonly directory: string }> {
  const log = createLogger(
    { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: env.HOLDFAST_ENVIRONMENT || 'local' },
    'all',
    destination({ dest: logTo, sync: true }),
  );
  const database = await openPglite(resolve(directory), schema.migrations, log);
  await database.close();
  log.info({ directory: resolve(directory) }, 'the database is prepared');
  return { directory: resolve(directory) };
}
