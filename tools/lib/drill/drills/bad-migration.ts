import { execFile } from 'node:child_process';
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildDirectory } from '../../../../app/test/support/cache-directory';
import type { Drill, Place } from '../drill';

/** Begins well, and fails: what it did must not stay. */
const migration = `
exports.migrations['9999_bad'] = { up: async (db) => {
  await db.schema.alterTable('event_aggregates').addColumn('drilled', 'integer').execute();
  await db.schema.alterTable('event_agregates').addColumn('misspelt', 'integer').execute();
} };
`;
let failed = false;
const changed = ({ postgres }: Place): boolean =>
  postgres.sql("select count(*) from information_schema.columns where column_name = 'drilled'") !== '0';

export const badMigration: Drill = {
  runbook: 'bad-migration',
  fault: 'the migration of a release fails half-way',
  prepare: async ({ directory }) => {
    failed = false;
    cpSync(buildDirectory(), join(directory, 'release'), { recursive: true });
    appendFileSync(join(directory, 'release/dist/modules/events/migrations/index.js'), migration);
  },
  // As its Job runs it.
  inject: async ({ directory, stepEnv }) => {
    const main = join(directory, 'release/dist/main.js');
    const env = { ...stepEnv, NODE_PATH: join(process.cwd(), 'node_modules') };
    await promisify(execFile)(process.execPath, [main, 'migrate'], { env }).catch(({ stderr, stdout }) => {
      failed = /event_agregates/.test(`${stderr}${stdout}`);
    });
  },
  detected: async () => failed,
  steps: [{ name: 'verify', expect: /HEALTHY/ }],
  recovered: async (place) => !changed(place) && (await place.status('worker', 'database')) === 'HEALTHY',
};
