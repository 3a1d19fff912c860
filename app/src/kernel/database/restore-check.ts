import { sql } from 'kysely';
import type { RestoreCheck } from '../restore-check';

/** The schema is one that this release understands. */
export const schemaRestoreCheck: RestoreCheck = {
  name: 'migrations',
  async run({ db, migrations }) {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
    const found = rows.map(({ name }) => name);
    const unknown = found.filter((name) => !migrations.includes(name));
    if (unknown.length > 0) {
      throw new Error(
        `the schema has ${unknown.join(', ')}, which this release doesn't know: use that of the backup, or newer`,
      );
    }
    const missing = migrations.filter((name) => !found.includes(name));
    const last = found.at(-1) ?? 'none';
    return missing.length === 0
      ? `up to ${last}`
      : `up to ${last}; "holdfast migrate" adds ${missing.join(', ')}`;
  },
};
