import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { managementPaths, probes, routes } from '../src/contract';
import { openPglite } from '../src/kernel/database';
import { createLogger } from '../src/kernel/logging';
import { migrations } from '../src/modules/events';
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
async function start(role: string, changes: Record<string, string>): Promise<void> {
  environment = testEnvironment(changes);
  prepareDirectory(environment.env.HOLDFAST_DATABASE_DIRECTORY as string);
  service = await startProcess(role, environment.env);
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
    await start('all', { HOLDFAST_DRAIN_DELAY_SECONDS: '1' });
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
    const database = await openPglite(environment.env.HOLDFAST_DATABASE_DIRECTORY as string, migrations, log);
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
