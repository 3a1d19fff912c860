/** The compiled service as a container runs it: the first process (PID 1) of a namespace, and a database that comes late. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { managementPaths, probes } from '../src/contract';
import { buildDirectory } from './support/cache-directory';
import { onServers, type TestEnvironment, testEnvironment, unreachable } from './support/environment';
import { freePort, type PostgresServer, startPostgres } from './support/servers';
import { eventually, runCli, type ServiceProcess, startProcess } from './support/service-process';

// A network of its own, too: the contract's ports may be taken here.
const unshare = ['--pid', '--fork', '--kill-child', '--mount-proc', '--net'];
const possible = spawnSync('unshare', [...unshare, 'true']).status === 0;
const describeWithNamespaces = possible ? describe : describe.skip;
if (!possible) console.warn('skipped: this machine grants no PID namespace (unshare --pid)');

let environment: TestEnvironment;
beforeEach(() => {
  environment = testEnvironment();
});
afterEach(() => environment.remove());

/** Processes below one. */
function below(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return new RegExp(`^PPid:\\s+${pid}$`, 'm').test(readFileSync(`/proc/${name}/status`, 'utf8'));
      } catch {
        return false;
      }
    })
    .map(Number);
}

describeWithNamespaces('as the first process of its namespace', () => {
  let outside: ChildProcess;
  afterEach(() => outside?.kill('SIGKILL'));

  /** Starts the image's command; resolves with its process as seen from outside once it has said something like this. */
  async function start(args: readonly string[], env: Record<string, string>, said: RegExp) {
    outside = spawn(
      'unshare',
      [...unshare, process.execPath, join(buildDirectory(), 'dist/main.js'), ...args],
      {
        env: { PATH: process.env.PATH ?? '', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    for (const stream of [outside.stdout, outside.stderr]) stream?.on('data', (text) => (output += text));
    const ended = new Promise<number | null>((resolve) => outside.once('close', resolve));
    await eventually(
      () => output,
      (text) => said.test(text) || outside.exitCode !== null,
      30,
    );
    expect(output).toMatch(said);
    const [pid = 0] = below(outside.pid as number);
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NSpid:\s+\d+\s+1$/m);
    return { pid, ended, output: () => output };
  }

  it('the service drains and exits 0 on SIGTERM, and has no children to reap', async () => {
    const env = { ...environment.env, ...(await unreachable()), HOLDFAST_DRAIN_DELAY_SECONDS: '1' };
    const { pid, ended, output } = await start(['serve', 'gateway'], env, /"msg":"serving"/);
    expect(below(pid)).toEqual([]);
    process.kill(pid, 'SIGTERM');
    expect(await ended).toBe(0);
    expect(output()).toMatch(/"from":"degraded","to":"stopping"[\s\S]*"to":"stopped"/);
  }, 60_000);

  it('its exporter ends on SIGTERM, too', async () => {
    const env = { ...environment.env, ...(await unreachable()) };
    const { pid, ended } = await start(['exporter'], env, /"msg":"exporting"/);
    process.kill(pid, 'SIGTERM');
    expect(await ended).toBe(0);
  }, 60_000);

  it('a migration that waits for its database ends at once, as it would elsewhere', async () => {
    const env = { ...environment.env, ...(await unreachable()), NODE_DEBUG: 'net' };
    const { pid, ended } = await start(['migrate', '--wait', '600'], env, /connect/);
    process.kill(pid, 'SIGTERM');
    expect(await ended).toBe(128 + 15);
  }, 60_000);
});

it('the pool of threads gets its size although the program is loaded by then', () => {
  const threads = (size: number): number => {
    const program = `
      require('./dist/cli/serve');
      require('./dist/kernel/concurrency').sizeThreadPool(process.env, { threads: ${size} });
      require('node:fs').stat('/', () => console.log(require('node:fs').readdirSync('/proc/self/task').length));`;
    const env = { PATH: process.env.PATH ?? '' };
    return Number(spawnSync(process.execPath, ['-e', program], { cwd: buildDirectory(), env }).stdout);
  };
  expect(threads(9) - threads(4)).toBe(5);
});

describe('a database that comes late', () => {
  let postgres: PostgresServer;
  let service: ServiceProcess;
  afterEach(async () => {
    service?.child.kill('SIGKILL');
    await postgres?.stop();
  });

  it('is waited for; then the start goes on, with nothing degraded', async () => {
    postgres = await startPostgres();
    const env = { ...environment.env, ...onServers(postgres, { port: await freePort() }) };
    expect((await runCli(['migrate'], env)).code).toBe(0);
    await postgres.kill();
    service = await startProcess('gateway', {
      ...env,
      HOLDFAST_DATABASE_WAIT_SECONDS: '8',
      HOLDFAST_SIGNING_KEY: 's'.repeat(64),
    });
    await eventually(
      () => service.status(probes.startup.path),
      (status) => status === 503,
    );
    expect(await service.status(probes.liveness.path)).toBe(200);
    expect(await service.status(probes.readiness.path)).toBe(503);
    await postgres.restart();
    await service.ready();
    const health = await (await fetch(service.managementUrl + managementPaths.health)).json();
    expect(health).toMatchObject({
      components: expect.arrayContaining([expect.objectContaining({ name: 'database', status: 'HEALTHY' })]),
    });
    const { stdout } = await service.stop();
    expect(stdout).toContain('waiting for the database, 8 s at most: connect ECONNREFUSED');
    expect(stdout).toContain('the database answers');
  }, 60_000);

  it('does not keep the service from starting for longer: it starts degraded, and says so', async () => {
    service = await startProcess('gateway', {
      ...environment.env,
      ...(await unreachable()),
      HOLDFAST_DATABASE_WAIT_SECONDS: '1',
    });
    await service.ready();
    expect(await service.state()).toBe('degraded');
    const { code, stdout } = await service.stop();
    expect(code).toBe(0);
    expect(stdout).toMatch(/the database did not answer within 1 s \(connect ECONNREFUSED \S+\)/);
  }, 60_000);
});
