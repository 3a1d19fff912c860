/** What diagnostics say about files that are missing, broken, or in the way. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flagFileName } from '../src/contract';
import { files } from '../src/kernel/diagnostics/categories/files';
import type { Subject } from '../src/kernel/diagnostics/types';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const look = (name: string, settings: object = {}, secretFiles: object = {}) =>
  files({
    loaded: { settings: { HOLDFAST_FLAGS_DIRECTORY: folder, ...settings }, secretFiles },
  } as Subject).find((finding) => finding.name === name);

test.each([
  ['{"flags":{"a":{},"b":{}}}', 'pass', `2 in ${join(folder, flagFileName)}`],
  ['{"flags":null}', 'fail', 'holds no flags'],
  ['{}', 'fail', 'holds no flags'],
  ['{', 'fail', flagFileName],
])('a flag file with %s: %s', (text, verdict, message) => {
  writeFileSync(join(folder, flagFileName), text);
  expect(look('flags')).toMatchObject({ verdict, message: expect.stringContaining(message) });
});

test('a database directory may be made later, unless a file is in its way', () => {
  const directory = (HOLDFAST_DATABASE_DIRECTORY: string) =>
    look('database directory', { HOLDFAST_DATABASE_ENGINE: 'pglite', HOLDFAST_DATABASE_DIRECTORY });
  expect(directory(join(folder, 'later', 'still'))).toMatchObject({ verdict: 'pass' });
  const file = join(folder, 'file');
  writeFileSync(file, '', { mode: 0o600 });
  expect(directory(join(file, 'data'))).toMatchObject({
    verdict: 'fail',
    message: `${file} cannot be written`,
  });
  expect(look('database directory')).toBeUndefined();
});

test('a secret that is not mounted is told with its place', () => {
  const path = join(folder, 'not-there');
  expect(look('HOLDFAST_KEY', {}, { HOLDFAST_KEY: path })).toMatchObject({
    verdict: 'fail',
    remedy: `Mount the secret at ${path}, readable by this user.`,
  });
  writeFileSync(join(folder, 'there'), 'x');
  expect(look('HOLDFAST_KEY', {}, { HOLDFAST_KEY: join(folder, 'there') })).toMatchObject({
    verdict: 'pass',
  });
});

test('without settings nothing can be looked at, and that is said', () => {
  expect(files({} as Subject)).toEqual([expect.objectContaining({ name: 'files', verdict: 'warn' })]);
});
