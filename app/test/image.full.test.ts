/** The image's files, made twice as the Dockerfile says, in folders instead of layers; and the service started from them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { roles } from '../src/contract';
import { testEnvironment } from './support/environment';
import { assembleImage, fileSet, removeFolder } from './support/image';
import { installedPackages, isDevelopmentOnly } from './support/lock-file';

let folder: string;
let images: readonly string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-image-'));
  // Folders with names of different lengths: a path of the builder's that slips in would show.
  images = ['a', 'another'].map((name) => assembleImage(join(folder, name)));
}, 420_000);
afterAll(() => removeFolder(folder), 120_000);

it('two builds give the same files, to the byte and the mode', () => {
  const [one, other] = images.map((image) => Object.fromEntries(fileSet(image)));
  expect(Object.keys(one ?? {}).length).toBeGreaterThan(1000);
  expect(other).toEqual(one);
});

it('hold the program, its packages and nothing else', () => {
  const [image = ''] = images;
  const files = [...fileSet(image).keys()];
  expect(files.filter((file) => !/^app\/(dist|node_modules)\//.test(file))).toEqual([
    'app/package-lock.json',
    'app/package.json',
    'usr/local/bin/holdfast',
  ]);
  expect(files.filter((file) => /(^|\/)(\.env|\.npmrc|id_rsa|[^/]*\.pem|\.git)$/.test(file))).toEqual([]);
  const ours = files.filter((file) => file.startsWith('app/dist/'));
  expect(ours.filter((file) => !/\.js(\.map)?$/.test(file) && file !== 'app/dist/manifest.json')).toEqual([]);
});

it('hold the packages that the lock file leads to, and none that only development needs', () => {
  const [image = ''] = images;
  const expected = new Set(installedPackages());
  const installed = readdirSync(join(image, 'app/node_modules'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === 'package.json')
    .map((entry) => entry.parentPath.slice(join(image, 'app').length + 1))
    .filter((path) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/.test(path));
  expect(installed.filter((path) => !expected.has(path) || isDevelopmentOnly(path))).toEqual([]);
  expect(existsSync(join(image, 'app/node_modules/@holdfast'))).toBe(false);
});

it('are enough to run', () => {
  const [image = ''] = images;
  const [, ...command] = roles.all.command;
  const { env, remove } = testEnvironment();
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [...command, ...args], {
      cwd: join(image, 'app'),
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    });
  const help = run('--help');
  expect([help.status, help.stdout]).toEqual([0, expect.stringContaining('migrate')]);
  // Opens the embedded database, with all of its packages, and migrates it.
  const prepared = run('prepare-database', join(folder, 'database'));
  expect([prepared.status, prepared.stderr]).toEqual([0, '']);
  expect(prepared.stdout).toContain('the database is prepared');
  remove();
}, 120_000);
