import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the processes of one run find it: jest's own process sets it before it starts the others. */
const variable = 'HOLDFAST_TEST_RUN';

export const makeRunDirectory = (): void => {
  process.env[variable] = mkdtempSync(join(tmpdir(), 'holdfast-tests-'));
};

export const removeRunDirectory = (): void => {
  const directory = process.env[variable];
  if (directory) rmSync(directory, { recursive: true, force: true });
};

/**
 * What several test files need and is slow to make: made by the first of them, read by the others of the same run. Only
 * for what JSON keeps as it is.
 */
export function oncePerRun<T>(name: string, make: () => T): T {
  const directory = process.env[variable];
  if (!directory) return make();
  const path = join(directory, `${name}.json`);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as T;
  const made = make();
  // Two files may make it at the same time: what another one reads has to be whole.
  mkdirSync(directory, { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(made));
  renameSync(temporary, path);
  return made;
}
