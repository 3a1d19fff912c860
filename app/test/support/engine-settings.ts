import { PGlite } from '@electric-sql/pglite';

export interface EngineSetting {
  readonly name: string;
  /** `postmaster`: takes effect with a restart only. */
  readonly context: string;
  readonly unit: string | null;
  readonly vartype: string;
  readonly min_val: string | null;
  readonly max_val: string | null;
}

/** What PostgreSQL itself says of its parameters, by name, and which major version says it. */
export async function engineSettings(): Promise<{
  readonly major: number;
  readonly settings: ReadonlyMap<string, EngineSetting>;
}> {
  const database = new PGlite();
  try {
    const { rows } = await database.query<EngineSetting>(
      'select name, context, unit, vartype, min_val, max_val from pg_settings',
    );
    const version = await database.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    );
    const major = Number.parseInt(version.rows[0]?.version ?? '', 10);
    return { major, settings: new Map(rows.map((row) => [row.name, row])) };
  } finally {
    await database.close();
  }
}
