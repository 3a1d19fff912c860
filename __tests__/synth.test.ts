/** Synthesis as a command: what a person sees when the configuration is wrong, and that nothing is lost then. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { remove } from './support/shipped';

/** A copy of the program, to be broken. */
function copyOfTheProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-program-'));
  for (const part of [
    'main.ts',
    'environments',
    'stacks',
    'constructs',
    'tools',
    'app/src/contract',
    'tsconfig.json',
    'package.json',
    'cdktf.json',
  ]) {
    cpSync(resolve(part), join(folder, part), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

let folder: string;
beforeEach(() => {
  folder = copyOfTheProgram();
});
afterEach(() => remove(folder));

const edit = (file: string, from: string, to: string) => {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
};
const run = (script: string) =>
  spawnSync(process.execPath, ['--import', 'tsx', script], { cwd: folder, encoding: 'utf8' });

test.each(['main.ts', 'tools/synth.ts'])(
  '%s says everything that is wrong with the environments, and leaves cdktf.out alone',
  (script) => {
    edit('environments/prod.ts', 'multiAz: true', 'multiAz: false');
    edit('environments/dev.ts', "nat: 'single'", "nat: 'some'");
    mkdirSync(join(folder, 'cdktf.out'));
    writeFileSync(join(folder, 'cdktf.out', 'manifest.json'), 'the last good one');

    const { status, stdout, stderr } = run(script);
    expect(stderr.trim().split('\n')).toEqual([
      'error environments/dev.ts: network.nat must be one of "per-zone", "single", "none"',
      'error environments/prod.ts: database.multiAz must be true when tier is "production"',
      '',
      '2 problems. Nothing was written.',
    ]);
    expect(stdout).toBe('');
    expect(status).toBe(1);
    expect(readFileSync(join(folder, 'cdktf.out', 'manifest.json'), 'utf8')).toBe('the last good one');
  },
);

test('what only a construct can find is reported for all stacks, and nothing is written', () => {
  // 301 seconds are legal for no setting of the service; the schema is made to let them through.
  edit('environments/schema.ts', 'drainDelaySeconds: whole(0, 300)', 'drainDelaySeconds: whole(0, 999)');
  edit('environments/dev.ts', "logLevel: 'debug'", "logLevel: 'debug', drainDelaySeconds: 301");
  edit('environments/local.ts', 'drainDelaySeconds: 1', 'drainDelaySeconds: 301');
  const { status, stderr } = run('main.ts');
  expect(status).toBe(1);
  expect(stderr).toMatch(/error dev-app.*HOLDFAST_DRAIN_DELAY_SECONDS must be at most 300/);
  expect(stderr).toMatch(/error local-app.*HOLDFAST_DRAIN_DELAY_SECONDS must be at most 300/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(folder, 'cdktf.out'))).toBe(false);
});
