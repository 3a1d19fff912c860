import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Kysely } from 'kysely';
import { migrate } from '../../src/kernel/database';
import { pgliteDialect } from '../../src/kernel/database/pglite-dialect';
import { schema } from '../../src/roles/schema';
import { buildDirectory, databaseTar, once } from './cache-directory';
import { makeRunDirectory } from './run-directory';

/**
 * What is too slow to make for each test, made once and kept until its sources change: a migrated database,
 * and the compiled service.
 */
export default async function prepare(): Promise<void> {
  makeRunDirectory();
  await Promise.all([once(databaseTar(), makeDatabase), once(buildDirectory(), build)]);
}

async function makeDatabase(path: string): Promise<void> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = new PGlite();
  await pglite.waitReady;
  const db = new Kysely<unknown>({ dialect: pgliteDialect(pglite) });
  await migrate(db, schema.migrations);
  const tar = await pglite.dumpDataDir('none');
  writeFileSync(path, Buffer.from(await tar.arrayBuffer()));
  await db.destroy();
}

function build(path: string): void {
  const app = resolve(__dirname, '../..');
  mkdirSync(path);
  copyFileSync(join(app, 'package.json'), join(path, 'package.json'));
  const compiler = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc');
  const options = ['-p', join(app, 'tsconfig.build.json'), '--outDir', join(path, 'dist')];
  // A type error is for the type check to report; here the emitted code is all that counts.
  execFileSync(process.execPath, [compiler, ...options, '--noCheck'], { stdio: 'inherit' });
}
