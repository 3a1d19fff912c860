import { backupGrants, backupMigrations } from '../kernel/backups';
import type { Grants, Schema } from '../kernel/database';
import { flagGrants, flagMigrations } from '../kernel/flags';
import * as events from '../modules/events';

/** Rights on the tables of the kernel and of all modules; each table belongs to one of them. */
const grants: Grants = {
  collector: { ...events.grants.collector, ...flagGrants.collector, ...backupGrants.collector },
  worker: { ...events.grants.worker, ...flagGrants.worker, ...backupGrants.worker },
  gateway: { ...events.grants.gateway, ...flagGrants.gateway, ...backupGrants.gateway },
};

/** Tables and rights of all modules together; every role deploys against the same schema. */
export const schema: Schema = {
  migrations: { ...events.migrations, ...flagMigrations, ...backupMigrations },
  grants,
};
