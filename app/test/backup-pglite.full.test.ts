/** Backups of an embedded database. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Folder, temporaryFolder } from './support/backup';
import { runHere, startForCli } from './support/cli';
import { prepareDirectory } from './support/database';
import { type TestEnvironment, testEnvironment } from './support/environment';

jest.setTimeout(90_000);

let folder: Folder;
let environment: TestEnvironment;
let env: Record<string, string>;
let database: string;
beforeEach(() => {
  folder = temporaryFolder();
  environment = testEnvironment();
  database = environment.env.HOLDFAST_DATABASE_DIRECTORY as string;
  writeFileSync(join(folder.path, 'key'), '01'.repeat(32));
  env = {
    ...environment.env,
    HOLDFAST_BACKUP_STORE: join(folder.path, 'store'),
    HOLDFAST_BACKUP_KEY_FILE: join(folder.path, 'key'),
  };
});
afterEach(() => {
  folder.remove();
  environment.remove();
});
const backup = (...args: string[]) => runHere(['backup', ...args], { env });

it('is taken, checked and brought back after the directory is lost', async () => {
  prepareDirectory(database);
  const created = await backup('create', '--json');
  expect(created).toMatchObject({
    code: 0,
    err: '',
    json: { kind: 'pglite', target: database, contents: { exact: true } },
  });
  const verified = await backup('verify', '--deep', '--json');
  expect(verified.json.backups[0].checks.map(({ ok }: { ok: boolean }) => ok)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);

  rmSync(join(database, 'pglite', 'base'), { recursive: true });
  // What is broken cannot be backed up: that has to be said.
  expect(await backup('restore', 'pglite', '--yes')).toMatchObject({
    code: 1,
    err: expect.stringContaining('--skip-backup'),
  });
  const restored = await backup('restore', 'pglite', '--yes', '--skip-backup', '--json');
  expect(restored).toMatchObject({ code: 0, json: { ok: true } });
  expect(await backup('check')).toMatchObject({ code: 0 });

  rmSync(database, { recursive: true });
  expect(await backup('restore', 'pglite', '--yes')).toMatchObject({ code: 0 });
});

it('is refused while a service uses the directory', async () => {
  const running = await startForCli();
  try {
    const directory = running.service.kernel.settings.HOLDFAST_DATABASE_DIRECTORY as string;
    const used = { ...env, HOLDFAST_DATABASE_DIRECTORY: directory };
    for (const args of [['create'], ['check']]) {
      const ran = await runHere(['backup', ...args], { env: used });
      expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('is in use by process') });
    }
    expect((await backup('list', '--json')).json.backups).toEqual([]);
  } finally {
    await running.close();
  }
});

it('needs a database', async () => {
  expect(await backup('create')).toMatchObject({
    code: 64,
    err: expect.stringContaining('There is no database in'),
  });
  expect(await backup('create', 'postgres')).toMatchObject({
    code: 64,
    err: expect.stringContaining('Use "pglite"'),
  });
});
