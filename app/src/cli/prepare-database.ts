import { resolve } from 'node:path';
import { openPglite } from '../kernel/database';
import { createLogger } from '../kernel/logging';
import type { Environment } from '../kernel/settings';
import { schema } from '../roles';

/**
 * Creates an embedded database in the directory, or migrates the one that is there. Needs no settings.
 *
 * @throws StartError when the directory is in use or cannot be written
 */
export async function prepareDatabase(directory: string, env: Environment): Promise<void> {
  const log = createLogger(
    { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: env.HOLDFAST_ENVIRONMENT || 'local' },
    'all',
  );
  const database = await openPglite(resolve(directory), schema.migrations, log);
  await database.close();
  log.info({ directory: resolve(directory) }, 'the database is prepared');
}
