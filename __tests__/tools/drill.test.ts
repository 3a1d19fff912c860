/** The parts of drills that need no server; a drill itself is in __tests__/drill.full.test.ts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drillCommand } from '../../tools/lib/drill/command';
import { drills } from '../../tools/lib/drill/drills';
import { kubectl } from '../../tools/lib/drill/kubectl-server';
import type { Pods } from '../../tools/lib/drill/pods';
import { recordInRunbook } from '../../tools/lib/drill/record';
import { runStep } from '../../tools/lib/drill/steps';
import { drillsTable, intoPage } from '../../tools/lib/drill/table';
import { type Runbook, readRunbook, runbookNames } from '../../tools/lib/runbook/runbook';
import { updateMode } from '../support/golden';

const runbooks = (): Runbook[] =>
  runbookNames('runbooks').flatMap((name) => readRunbook('runbooks', name).runbook ?? []);

describe.each(drills.map((drill) => [drill.runbook, drill] as const))('%s', (name, drill) => {
  const runbook = runbooks().find((each) => each.name === name);

  test('has a runbook that says it can be drilled here, and only steps of it', () => {
    expect(runbook?.drill).toBe('local');
    const steps = runbook?.steps.map((step) => step.name) ?? [];
    expect(drill.steps.filter((step) => !steps.includes(step.name))).toEqual([]);
  });

  test('runs no step that deploys or asks AWS', () => {
    const run = drill.steps.flatMap(({ name: step, instead }) => (instead ? [] : step));
    const scripts = run.map((step) => runbook?.steps.find((each) => each.name === step)?.script ?? '');
    // A drill of the state has an imitation of S3, and providers that ask nobody.
    const forbidden =
      'stacks' in drill ? /\b(cdktf-cli|npm run access)\b/ : /\b(aws|cdktf|terraform|npm run access)\b/;
    expect(scripts.filter((script) => forbidden.test(script))).toEqual([]);
  });
});

test('docs/recovery.md shows what the last drills measured', () => {
  const page = readFileSync('docs/recovery.md', 'utf8');
  const expected = intoPage(page, drillsTable(runbooks(), drills));
  if (updateMode() === 'all') writeFileSync('docs/recovery.md', expected);
  else expect(page).toBe(expected);
  expect(expected).toContain('| [Aggregation lags behind](../runbooks/queue-lagging.md) |');
});

test('figures replace those of the drill before, and leave all else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-record-'));
  const file = join(folder, 'x.md');
  const figures = {
    runbook: 'x',
    detection: 1.04,
    rto: 12.36,
    interruption: 0.5,
    acknowledged: 100,
    lost: 2,
  };
  writeFileSync(file, '---\ntitle: X\nlast drill: never\n---\n\n# X\nlost: stays\n');
  recordInRunbook(file, figures, '2026-11-20');
  recordInRunbook(file, { ...figures, rto: 9 }, '2026-11-21');
  expect(readFileSync(file, 'utf8')).toBe(
    '---\ntitle: X\nlast drill: 2026-11-21\ndetection: 1.0 s\nrto: 9.0 s\ninterruption: 0.5 s\nlost: 2 of 100 events\n---\n\n# X\nlost: stays\n',
  );
  rmSync(folder, { recursive: true });
});

test('a drill without traffic has no figures of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-record-'));
  const file = join(folder, 'x.md');
  writeFileSync(file, '---\ntitle: X\nlast drill: never\n---\n\n# X\n');
  recordInRunbook(file, { runbook: 'x', detection: 1, rto: 2 }, '2026-11-21');
  expect(readFileSync(file, 'utf8')).toBe(
    '---\ntitle: X\nlast drill: 2026-11-21\ndetection: 1.0 s\nrto: 2.0 s\n---\n\n# X\n',
  );
  rmSync(folder, { recursive: true });
});

test('nothing is broken where nobody has confirmed it', async () => {
  const said: string[] = [];
  const error = jest.spyOn(console, 'error').mockImplementation((line) => void said.push(line));
  const chosen = { folder: 'runbooks', names: ['terraform-state-lost'], yes: false, record: false };
  const before = process.stdin.isTTY;
  process.stdin.isTTY = false;
  expect(await drillCommand(chosen)).toBe(2);
  process.stdin.isTTY = before;
  error.mockRestore();
  expect(said.join('\n')).toMatch(/add --yes[\s\S]*not confirmed; nothing was broken/);
});

describe('what the issue of recovery asks for is drilled', () => {
  test.each([
    ['database lost and restored from backup', 'restore-database'],
    ['point-in-time restore past a bad DELETE', 'restore-to-moment'],
    ['bad migration rolled back', 'bad-migration'],
    ['cache lost', 'cache-unreachable'],
    ['cache restored from a snapshot', 'cache-lost'],
    ['worker killed under load', 'workload-unstable'],
    ['PostgreSQL restarted under load', 'database-unreachable'],
    ['disk full', 'database-storage-full'],
    ['flag gone wrong', 'flag-gone-wrong'],
    ['credential rotation under load', 'credentials-leaked'],
    ['Terraform state lost and re-imported', 'terraform-state-lost'],
    ['a credential revoked', 'service-failing'],
    ['bad deploy rolled back', 'bad-deploy'],
    ['corrupt backup detected before it is needed', 'backup-corrupted'],
  ])('%s', (_, name) => {
    expect(drills.map(({ runbook }) => runbook)).toContain(name);
    expect(runbooks().find((each) => each.name === name)?.lastDrill).not.toBe('never');
  });
});

describe('kubectl in a drill', () => {
  const done: string[] = [];
  const worker = {
    role: 'worker' as const,
    log: ['one', 'two'],
    restarts: 1,
    process: { child: { exitCode: null }, ports: { public: 1, management: 2 }, managementUrl: 'http://m' },
  };
  const pods = {
    list: () => [worker],
    of: (role: string) => (role === 'worker' ? worker : undefined),
    rollOut: async (role: string) => void done.push(`roll-out ${role}`),
    rollBack: async (role: string) => void done.push(`roll-back ${role}`),
    scale: async (role: string, replicas: number) => void done.push(`scale ${role} ${replicas}`),
    kill: (role: string) => void done.push(`kill ${role}`),
  } as unknown as Pods;
  const ask = (line: string, exporterPort?: number) => kubectl(line.split(' '), pods, exporterPort);

  test('does what a step asks of it', async () => {
    expect((await ask('-n holdfast get pods')).output).toBe(
      'NAME STATUS RESTARTS\nholdfast-worker Running 1',
    );
    expect(await ask('-n holdfast logs deployment/holdfast-worker --tail=1')).toEqual({ output: 'two' });
    expect(await ask('port-forward deployment/holdfast-worker 8081')).toEqual({
      forward: { from: 8081, to: 2 },
    });
    expect(await ask('port-forward deployment/holdfast-exporter 8081', 7)).toEqual({
      forward: { from: 8081, to: 7 },
    });
    await ask('-n holdfast rollout restart deployment/holdfast-worker');
    await ask('-n holdfast rollout undo deployment/holdfast-worker');
    await ask('-n holdfast scale deployment/holdfast-worker --replicas=0');
    expect(done).toEqual(['roll-out worker', 'roll-back worker', 'scale worker 0']);
  });

  test('runs our own command line in a pod, and nothing else', async () => {
    expect(await ask('-n holdfast exec deployment/holdfast-worker -- holdfast flags list -n 1')).toEqual({
      run: { args: ['flags', 'list', '-n', '1'], url: 'http://m' },
    });
    expect(await ask('exec deployment/holdfast-worker -- rm -rf /')).toEqual({
      error: 'a drill runs nothing but holdfast in a pod, not "rm"',
    });
  });

  test('refuses what it can’t do, so that no step seems to have worked', async () => {
    expect(await ask('-n holdfast get configmaps')).toEqual({
      error: 'a drill has no "kubectl get configmaps"',
    });
    await expect(ask('logs deployment/holdfast-nobody')).rejects.toThrow(
      'deployment/holdfast-nobody not found',
    );
    await expect(ask('logs deployment/holdfast-gateway')).rejects.toThrow('has no pod');
  });
});

test('a step ends at its first command that fails, and takes what it left in the background with it', async () => {
  const env = { PATH: process.env.PATH ?? '' };
  const failed = await runStep('echo a; false; echo b', env);
  expect([failed.code, failed.output]).toEqual([1, 'a']);
  const { output } = await runStep('sleep 1000 & echo $!', env);
  await new Promise((resolve) => setTimeout(resolve, 200));
  // Gone, or dead and not yet waited for by whoever inherited it.
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', output], { encoding: 'utf8' });
  expect(stdout.trim()).toMatch(/^(Z.*)?$/);
});
