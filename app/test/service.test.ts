import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { components, managementPaths, probes, roles, routes } from '../src/contract';
import type { HealthTimings } from '../src/kernel/health';
import type { Service, StartOptions } from '../src/kernel/kernel';
import { startService } from '../src/roles';
import { prepareDirectory } from './support/database';
import { type TestEnvironment, testEnvironment, unreachable } from './support/environment';
import { logSink } from './support/kernel';
import { eventually } from './support/service-process';

const quick: Partial<HealthTimings> = { intervalMs: 50, timeoutMs: 500, maximumBackOffMs: 100 };
let environment: TestEnvironment;
let service: Service | undefined;
let sink: ReturnType<typeof logSink>;
async function stop(): Promise<void> {
  await service?.shutdown();
  service = undefined;
  environment.remove();
}

async function start(role: string, env: Record<string, string> = {}, options: StartOptions = {}) {
  environment = testEnvironment(env);
  sink = logSink();
  if (!env.HOLDFAST_DATABASE_ENGINE) prepareDirectory(environment.env.HOLDFAST_DATABASE_DIRECTORY as string);
  service = await startService(role, environment.env, {
    ports: { public: 0, management: 0 },
    logDestination: sink.stream,
    healthTimings: quick,
    ...options,
  });
  return service;
}
const ask = async (path: string, port = service?.ports.management) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
};
const health = async () => JSON.parse((await ask(managementPaths.health)).text);

describe('the role all', () => {
  beforeAll(() => start('all'));
  afterAll(stop);

  it('answers probes, health, metrics and every route of the contract on the right port', async () => {
    const { ports } = service as Service;
    for (const probe of Object.values(probes)) expect((await ask(probe.path)).status).toBe(200);
    const healthy = { status: 'HEALTHY', since: expect.any(String), checkedAt: expect.any(String) };
    const report = await health();
    expect(report).toEqual({
      state: 'running',
      status: expect.stringMatching(/^(HEALTHY|DEGRADED)$/),
      role: 'all',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      environment: 'local',
      uptimeSeconds: expect.any(Number),
      components: expect.arrayContaining([
        {
          ...{ ...healthy, name: 'database', latencyMs: expect.any(Number) },
          details: { breaker_database: 'closed' },
        },
        {
          ...{ ...healthy, name: 'cache', latencyMs: expect.any(Number) },
          details: { breaker_cache: 'closed', breaker_rate_limits: 'closed' },
        },
      ]),
    });
    expect(report.components.map(({ name }: { name: string }) => name).sort()).toEqual(
      Object.keys(components).sort(),
    );
    const metrics = (await ask(managementPaths.metrics)).text;
    expect(metrics).toContain('holdfast_lifecycle_state{state="running"} 1');
    expect(metrics).toContain('holdfast_component_up{component="database"} 1');
    expect(metrics).toContain('holdfast_compliance_check{check="log redaction"} 1');

    for (const { method, path } of Object.values(routes)) {
      const response = await fetch(`http://127.0.0.1:${ports.public}${path}`, { method });
      expect(await response.text()).not.toContain('RES_ROUTE_NOT_FOUND');
      expect((await ask(path)).status).toBe(404);
    }
    expect((await ask(managementPaths.metrics, ports.public)).status).toBe(404);
  });

  it('is degraded while a dependency is away, and running by itself when it is back; ready all the time', async () => {
    const { kernel } = service as Service;
    const state = async () => (await health()).state;
    const check = jest.spyOn(kernel.database, 'check').mockRejectedValue(new Error('away'));
    await eventually(state, (now) => now === 'degraded');
    expect((await ask(probes.readiness.path)).status).toBe(200);
    const [database] = (await health()).components;
    expect(database).toMatchObject({
      name: 'database',
      status: 'UNHEALTHY',
      cause: 'away',
      capability: components.database.capability,
      runbook: 'runbooks/database-unreachable.md',
    });
    check.mockRestore();
    await eventually(state, (now) => now === 'running');
  });

  it('is alone in its database directory', async () => {
    await expect(
      startService('all', environment.env, {
        ports: { public: 0, management: 0 },
        logDestination: sink.stream,
      }),
    ).rejects.toThrow(/database directory .* is in use by process/);
  });
});

describe('a taken port', () => {
  afterEach(stop);

  it('is named, with what to do', async () => {
    const blocker = createServer();
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '0.0.0.0', () => resolve((blocker.address() as { port: number }).port));
    });
    await expect(
      start('gateway', await unreachable(), { ports: { public: port, management: 0 } }),
    ).rejects.toMatchObject({
      name: 'StartError',
      exitCode: 1,
      message: expect.stringMatching(new RegExp(`^Port ${port} is taken\\. .* stop that process`)),
    });
    blocker.close();
  });
});

describe('a role whose dependencies are away', () => {
  afterEach(stop);

  it('starts degraded, ready, and answers what it can', async () => {
    const started = Date.now();
    const { ports } = await start('collector', await unreachable());
    expect(Date.now() - started).toBeLessThan(4000);

    expect((await ask(probes.startup.path)).status).toBe(200);
    expect((await ask(probes.readiness.path)).status).toBe(200);
    const report = await health();
    expect(report.state).toBe('degraded');
    expect(report.status).toBe('UNHEALTHY');
    expect(report.components.slice(0, 2)).toMatchObject([
      { name: 'database', status: 'UNHEALTHY', cause: expect.stringContaining('ECONNREFUSED') },
      { name: 'cache', status: 'UNHEALTHY', cause: expect.stringMatching(/ECONNREFUSED|closed/) },
    ]);

    const response = await fetch(`http://127.0.0.1:${ports.public}${routes.ingestEvents.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events: [{ name: 'a' }] }),
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBeTruthy();
    expect(await response.json()).toMatchObject({ code: 'EXT_DATABASE_UNAVAILABLE' });
  });

  it('is bounded when nobody answers at all', async () => {
    // Accepts connections and says nothing, like a firewall that drops.
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    const port = await new Promise<number>((resolve) => {
      silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port));
    });
    const env = await unreachable();
    env.HOLDFAST_DATABASE_PORT = String(port);
    env.HOLDFAST_CACHE_PORT = String(port);
    const started = Date.now();
    await start('gateway', env);
    expect(Date.now() - started).toBeLessThan(4000);
    expect((await health()).state).toBe('degraded');
    silent.close();
    for (const socket of sockets) socket.destroy();
  });
});

describe('roles', () => {
  afterEach(stop);

  it.each(['gateway', 'collector', 'worker'] as const)(
    '%s listens and serves as the contract says',
    async (role) => {
      const { ports } = await start(role, await unreachable());
      expect(ports.public !== undefined).toBe((roles[role].ports as readonly string[]).includes('public'));
      if (ports.public === undefined) return;
      for (const route of Object.values(routes)) {
        const response = await fetch(`http://127.0.0.1:${ports.public}${route.path}`, {
          method: route.method,
        });
        expect(response.status === 404).toBe(route.role !== role);
        await response.body?.cancel();
      }
    },
  );
});

describe('shutdown', () => {
  afterEach(stop);

  it('fails readiness at once and keeps answering until it closes', async () => {
    const running = await start('gateway', {
      ...(await unreachable()),
      HOLDFAST_DRAIN_DELAY_SECONDS: '60',
    });
    const skip = new AbortController();
    const done = running.shutdown(skip.signal);
    expect((await ask(probes.readiness.path)).status).toBe(503);
    expect((await ask(probes.liveness.path)).status).toBe(200);
    expect((await ask(managementPaths.health)).status).toBe(503);
    expect((await health()).state).toBe('stopping');
    const response = await fetch(`http://127.0.0.1:${running.ports.public}${routes.queryAggregates.path}`);
    expect(await response.json()).toMatchObject({ code: 'EXT_DATABASE_UNAVAILABLE' });
    expect(response.headers.get('connection')).toBe('close');
    skip.abort();
    expect(await done).toBeUndefined();
    await expect(ask(probes.liveness.path, running.ports.management)).rejects.toThrow();
    expect(running.lifecycle.state).toBe('stopped');
    service = undefined;
  });

  it('answers a request that was on its way when the listener closed', async () => {
    const running = await start('gateway', await unreachable());
    let answer = '';
    const socket = connect(running.ports.public as number, '127.0.0.1');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`GET ${routes.queryAggregates.path} HTTP/1.1\r\nhost: localhost\r\n`);
    await sleep(50);
    const done = running.shutdown();
    await sleep(50);
    socket.write('\r\n');
    await closed;
    expect(answer).toContain('EXT_DATABASE_UNAVAILABLE');
    expect(await done).toBeUndefined();
    service = undefined;
  });
});

describe('a component that cannot go on', () => {
  it('makes the process unready at once, and still leaves it in order', async () => {
    const running = await start('gateway', await unreachable());
    running.kernel.fail('public server', new Error('the listener is gone'));
    running.kernel.fail('another', new Error('too late'));
    expect(await running.failed).toBe('public server: the listener is gone');
    expect(running.lifecycle.state).toBe('error');
    expect((await ask(probes.readiness.path)).status).toBe(503);
    expect(await running.shutdown()).toBeUndefined();
    expect(running.lifecycle.history.slice(-3)).toMatchObject([
      { to: 'error', reason: 'public server: the listener is gone' },
      { to: 'stopping' },
      { to: 'stopped' },
    ]);
    service = undefined;
    environment.remove();
  });
});

describe('a start that fails', () => {
  it('stops what had been started', async () => {
    const first = await start('gateway', await unreachable());
    const taken = { public: first.ports.public as number, management: 0 };
    const other = logSink();
    const options = { ports: taken, logDestination: other.stream };
    await expect(startService('gateway', environment.env, options)).rejects.toThrow(/Port \d+ is taken/);
    expect(other.entries).toContainEqual(
      expect.objectContaining({ msg: 'lifecycle', from: 'starting', to: 'error' }),
    );
    await stop();
  });
});
