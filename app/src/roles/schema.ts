import type { Schema } from '../kernel/database';
import * as events from '../modules/events';

/** Tables and rights of all modules together; every role deploys against the same schema. */
export const schema: Schema = { migrations: events.migrations, grants: events.grants };
