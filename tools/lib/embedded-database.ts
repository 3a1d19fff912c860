import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * A migrated database directory, made once per version of the schema and of the engine: initialising one takes seconds,
 * copying it a fraction of one.
 */
export const preparedDatabase = {
  /** Where the directory for the present migrations and PGlite lies, or will. */
  path(): string {
    const hash = createHash('sha256');
    for (const file of migrationFiles(resolve('app/dist'))) hash.update(readFileSync(file));
    const engine = JSON.parse(readFileSync('node_modules/@electric-sql/pglite/package.json', 'utf8'));
    hash.update(engine.version);
    return resolve('node_modules/.cache/holdfast', `database-${hash.digest('hex').slice(0, 12)}`);
  },

  /** Builds it with the service's own command. False, with the service's words printed, when that fails. */
  build(target: string): boolean {
    const unfinished = `${target}.${process.pid}`;
    mkdirSync(dirname(target), { recursive: true });
    const { status } = spawnSync(process.execPath, ['dist/main.js', 'prepare-database', unfinished], {
      cwd: resolve('app'),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) {
      rmSync(unfinished, { recursive: true, force: true });
      return false;
    }
    renameSync(unfinished, target);
    return true;
  },
};

function migrationFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)migrations\/[^/]+\.js$/.test(path.replaceAll('\\', '/')))
    .sort()
    .map((path) => join(folder, path));
}
