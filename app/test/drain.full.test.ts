import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { managementPaths, probes, routes } from '../src/contract';
import { openPglite } from '../src/kernel/database';
import { createLogger } from '../src/kernel/logging';
import { findAccess } from '../src/kernel/management-access';
import { schema } from '../src/roles/schema';
import { prepareDirectory } from './support/database';
import { type TestEnvironment, testEnvironment, unreachable } from './support/environment';
import { logSink } from './support/kernel';
import { eventually, type ServiceProcess, startProcess } from './support/service-process';

const log = createLogger(
  { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' },
  'all',
  logSink().stream,
);
let environment: TestEnvironment;
let service: ServiceProcess;
async function start(
  role: string,
  changes: Record<string, string>,
  options?: Parameters<typeof startProcess>[2],
): Promise<void> {
  environment = testEnvironment(changes);
  prepareDirectory(environment.env.HOLDFAST_DATABASE_DIRECTORY as string);
  service = await startProcess(role, environment.env, options);
  await service.ready();
}
afterEach(() => {
  service.child.kill('SIGKILL');
  environment.remove();
});

/** One request on the agent's connections; resolves to the status, or to the error's code. */
function post(agent: Agent, body: string): Promise<number | string> {
  const { method, path } = routes.ingestEvents;
  return new Promise((resolve) => {
    const sent = request(service.publicUrl + path, {
      agent,
      method,
      headers: { 'content-type': 'application/json' },
    });
    sent.on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(body);
  });
}

describe('SIGTERM under load', () => {
  it('fails no request of keep-alive clients, loses nothing that was accepted, and exits 0', async () => {
    // Longer than a busy machine needs for what follows up to the clients' end.
    await start('all', { HOLDFAST_DRAIN_DELAY_SECONDS: '3' });
    const agents = Array.from({ length: 4 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const body = JSON.stringify({ events: [{ name: 'load' }] });
    const answers: (number | string)[] = [];
    let stop = false;
    // As the load balancer does: no new requests once the target is deregistered, which takes less than the
    // drain.
    const clients = agents.map(async (agent) => {
      while (!stop) {
        answers.push(await post(agent, body));
        await sleep(2);
      }
    });
    await sleep(300);
    service.child.kill('SIGTERM');
    await eventually(
      () => service.status(probes.readiness.path),
      (status) => status === 503,
      2,
    );
    const atSignal = answers.length;
    expect(await service.status(probes.liveness.path)).toBe(200);
    expect(await service.status(managementPaths.health)).toBe(503);
    await sleep(500);
    stop = true;
    await Promise.all(clients);
    const { code, stdout } = await service.finished;

    expect(code).toBe(0);
    expect(answers.length).toBeGreaterThan(atSignal + 5);
    expect(answers.filter((answer) => answer !== 202)).toEqual([]);
    expect(stdout).not.toMatch(/"level":"(error|fatal)"/);

    // Every acknowledged event is in the aggregates or still in the queue.
    const database = await openPglite(
      environment.env.HOLDFAST_DATABASE_DIRECTORY as string,
      schema.migrations,
      log,
    );
    const { rows } = await sql<{ kept: number }>`
      select (select coalesce(sum(count), 0) from event_aggregates)::int
        + (select coalesce(sum(jsonb_array_length(events)), 0) from event_batches)::int as kept`.execute(
      database.tables(),
    );
    await database.close();
    expect(rows).toEqual([{ kept: answers.length }]);
  }, 40_000);
});

describe('a second signal', () => {
  it('skips the drain delay', async () => {
    await start('collector', { ...(await unreachable()), HOLDFAST_DRAIN_DELAY_SECONDS: '60' });
    service.child.kill('SIGTERM');
    await eventually(
      () => service.status(probes.readiness.path),
      (status) => status === 503,
      2,
    );
    const second = Date.now();
    service.child.kill('SIGINT');
    expect((await service.finished).code).toBe(0);
    expect(Date.now() - second).toBeLessThan(3000);
  }, 20_000);
});

describe('a component that cannot go on', () => {
  it('makes the process unready at once; it finishes what was accepted and exits 1', async () => {
    await start('collector', { ...(await unreachable()), HOLDFAST_DRAIN_DELAY_SECONDS: '1' });
    service.child.kill('SIGUSR2');
    await eventually(
      () => service.status(probes.readiness.path),
      (status) => status === 503,
      2,
    );
    // The database is away, so that is what the service says; but it still answers.
    expect(await post(new Agent(), JSON.stringify({ events: [{ name: 'late' }] }))).toBe(503);
    const { code, stdout } = await service.finished;
    expect(code).toBe(1);
    expect(logOf(stdout)).toContainEqual(
      expect.objectContaining({
        level: 'fatal',
        component: 'public server',
        msg: 'a component cannot go on',
      }),
    );
    expect(logOf(stdout)).toContainEqual(expect.objectContaining({ msg: 'final summary' }));
  }, 20_000);
});

describe('what hangs at the stop', () => {
  it('is named, the rest is stopped all the same, and the process exits 1', async () => {
    await start('collector', await unreachable(), { partDeadlineSeconds: 0.5 });
    // A client that begins a request and never ends it.
    const socket = connect(service.ports.public, '127.0.0.1');
    socket.on('error', () => {});
    const { method, path } = routes.ingestEvents;
    socket.write(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{`);
    await sleep(100);
    const { code, stdout } = await service.stop();
    socket.destroy();

    expect(code).toBe(1);
    const entries = logOf(stdout);
    expect(entries).toContainEqual(
      expect.objectContaining({ msg: 'component was not stopped in time', component: 'public server' }),
    );
    expect(entries.at(-1)).toMatchObject({ level: 'fatal', components: 'public server' });
    expect(entries).toContainEqual(expect.objectContaining({ msg: 'final summary' }));
    // What was stopped after it.
    expect(findAccess(environment.env.HOLDFAST_RUN_DIRECTORY as string)).toEqual([]);
    expect(await service.status(probes.liveness.path)).toBe(0);
  }, 20_000);
});

describe('the last line but one', () => {
  it('sums up what the process has done', async () => {
    await start('all', {});
    expect(await post(new Agent(), JSON.stringify({ events: [{ name: 'one' }, { name: 'two' }] }))).toBe(202);
    expect(await post(new Agent(), 'no JSON')).toBe(400);
    const { code, stdout } = await service.stop();
    expect(code).toBe(0);
    expect(logOf(stdout).find(({ msg }) => msg === 'final summary')).toMatchObject({
      requests: 2,
      eventsAccepted: 2,
      errors: { VAL_BODY: 1 },
    });
  }, 30_000);
});

describe('SIGHUP', () => {
  it('reloads the settings, and keeps all of them when one is bad', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-hup-'));
    const file = join(directory, 'holdfast.yaml');
    writeFileSync(file, '');
    await start('gateway', { ...(await unreachable()), HOLDFAST_CONFIG_FILE: file }, { pollMs: 600_000 });
    const [access] = findAccess(environment.env.HOLDFAST_RUN_DIRECTORY as string);
    const settingOf = async (setting: string) => {
      const headers = { authorization: `Bearer ${access?.token}` };
      const response = await fetch(`${access?.url}/admin/v1/config`, { headers });
      const { settings } = (await response.json()) as { settings: { setting: string; value: unknown }[] };
      return settings.find((each) => each.setting === setting)?.value;
    };
    expect(await settingOf('HOLDFAST_QUERY_CACHE_SECONDS')).toBe(10);
    writeFileSync(file, 'performance: { query_cache_seconds: 11 }');
    service.child.kill('SIGHUP');
    await eventually(
      () => settingOf('HOLDFAST_QUERY_CACHE_SECONDS'),
      (value) => value === 11,
    );
    writeFileSync(file, 'performance: { query_cache_seconds: 12 }\nmonitoring: { log_level: loud }');
    service.child.kill('SIGHUP');
    await sleep(200);
    expect(await settingOf('HOLDFAST_QUERY_CACHE_SECONDS')).toBe(11);
    const { code, stdout } = await service.stop();
    expect(code).toBe(0);
    expect(logOf(stdout)).toContainEqual(
      expect.objectContaining({
        level: 'error',
        reason: 'SIGHUP',
        problems: [expect.stringContaining('log_level')],
      }),
    );
    rmSync(directory, { recursive: true });
  }, 20_000);
});

const logOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
