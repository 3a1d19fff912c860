/** Synthesis as a command: what a person sees when the configuration is wrong, and that nothing is lost then. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { account, big, small } from './constructs/aws-fixture';
import { remove } from './support/shipped';

const parts = ['main.ts', 'environments', 'stacks', 'constructs', 'gates', 'tools', 'app/src/contract'];
const files = ['tsconfig.json', 'package.json', 'cdktf.json'];
const { name: _, isExample: __, ...accountInput } = account;

/** A copy of the program, with environments of the test's own. */
function program(environments: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-program-'));
  for (const part of [...parts, ...files]) cpSync(resolve(part), join(folder, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  writeFileSync(
    join(folder, 'environments', 'index.ts'),
    `import { loadEnvironments } from './load';
     const environments = ${JSON.stringify(environments)};
     const accounts = ${JSON.stringify({ tests: accountInput })};
     export const load = () => loadEnvironments({ accounts, environments, imagesFolder: __dirname });`,
  );
  for (const name of Object.keys(environments)) {
    rmSync(join(folder, 'environments', name), { recursive: true, force: true });
    mkdirSync(join(folder, 'environments', name));
    const images = JSON.stringify({ service: `sha256:${'0'.repeat(64)}` });
    writeFileSync(join(folder, 'environments', name, 'images.json'), images);
  }
  return folder;
}

let folder: string;
afterEach(() => remove(folder));
const run = (script: string) =>
  spawnSync(process.execPath, ['--import', 'tsx', script], { cwd: folder, encoding: 'utf8' });

const cheap = { ...small, deployRole: 'deployer' };
const safe = { ...big, cluster: { ...big.cluster, nodes: { ...big.cluster.nodes, min: 3, max: 6 } } };
const local = { name: 'local', tier: 'local', service: { all: { cpuMillis: 100, memoryMiB: 512 } } };

test.each(['main.ts', 'tools/synth.ts'])(
  '%s says everything that is wrong with the environments, and leaves cdktf.out alone',
  (script) => {
    folder = program({
      [small.name]: { ...cheap, network: { ...small.network, nat: 'some' } },
      big: {
        ...safe,
        network: { ...big.network, cidr: '10.98.0.0/16' },
        database: { ...big.database, multiAz: false },
      },
    });
    mkdirSync(join(folder, 'cdktf.out'));
    writeFileSync(join(folder, 'cdktf.out', 'manifest.json'), 'the last good one');

    const { status, stdout, stderr } = run(script);
    expect(stderr.trim().split('\n')).toEqual([
      `error environments/${small.name}.ts: network.nat must be one of "per-zone", "single", "none"`,
      'error environments/big.ts: database.multiAz must be true when tier is "production"',
      '',
      '2 problems. Nothing was written.',
    ]);
    expect(stdout).toBe('');
    expect(status).toBe(1);
    expect(readFileSync(join(folder, 'cdktf.out', 'manifest.json'), 'utf8')).toBe('the last good one');
  },
);

test('what only a construct can find is reported for all stacks, and nothing is written', () => {
  folder = program({
    [small.name]: { ...cheap, service: { ...small.service, drainDelaySeconds: 301 } },
    local: { ...local, service: { ...local.service, drainDelaySeconds: 301 } },
  });
  // 301 seconds are legal for no setting of the service; the schema is made to let them through.
  const schema = join(folder, 'environments', 'schema.ts');
  const text = readFileSync(schema, 'utf8');
  expect(text).toContain('drainDelaySeconds: whole(0, 300)');
  writeFileSync(schema, text.replace('drainDelaySeconds: whole(0, 300)', 'drainDelaySeconds: whole(0, 999)'));

  const { status, stderr } = run('main.ts');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`error ${small.name}-app.*HOLDFAST_DRAIN_DELAY_SECONDS must be at most 300`),
  );
  expect(stderr).toMatch(/error local-app.*HOLDFAST_DRAIN_DELAY_SECONDS must be at most 300/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(folder, 'cdktf.out'))).toBe(false);
});
