import { CircuitState } from 'cockatiel';
import fc from 'fast-check';
import type { HealthCheck } from '../src/kernel/health';
import { withBreakers } from '../src/kernel/health/checks/breakers';
import { HttpClient } from '../src/kernel/http-client';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { httpPolicy, type PolicyDefinition, Resilience } from '../src/kernel/resilience';
import { defaultWindow, FailureWindow } from '../src/kernel/resilience/failure-window';
import { httpServer } from './support/http-server';
import { logSink } from './support/kernel';
import { eventually } from './support/service-process';

const log = createLogger(
  { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' },
  'all',
  logSink().stream,
);
/** The policy for HTTP, with pauses that a test can wait for. */
const quick: PolicyDefinition = {
  ...httpPolicy,
  timeoutMs: 100,
  retries: 0,
  firstPauseMs: 1,
  breaker: { ...httpPolicy.breaker, halfOpenAfterMs: 200 },
};

function setUp(policy: PolicyDefinition = quick) {
  const metrics = createMetrics({ process: false });
  const flag = { on: true };
  const resilience = new Resilience({ log, metrics, enabled: () => flag.on });
  const guard = resilience.guard('other', policy);
  const client = new HttpClient({ dependency: 'other', resilience, metrics, policy });
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error: { code?: string; message: string }) => error.code ?? error.message,
    );
  const metric = async (line: string) =>
    Number(
      (await metrics.render())
        .split('\n')
        .find((each) => each.startsWith(`${line} `))
        ?.split(' ')
        .at(-1) ?? 0,
    );
  return { resilience, guard, client, codeOf, metric, flag };
}
const fails = () => Promise.reject(new Error('down'));

describe('a breaker', () => {
  it('opens at exactly the fifth failure among ten calls within a minute', () => {
    const calls = fc.array(fc.record({ ok: fc.boolean(), pauseMs: fc.integer({ min: 0, max: 30_000 }) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(calls, (history) => {
        let now = 1_000_000;
        const window = new FailureWindow(defaultWindow, () => now);
        const seen: { ok: boolean; at: number }[] = [];
        for (const { ok, pauseMs } of history) {
          now += pauseMs;
          seen.push({ ok, at: now });
          const failures = seen.slice(-10).filter((call) => !call.ok && call.at > now - 60_000).length;
          if (ok) window.success(CircuitState.Closed);
          else expect(window.failure(CircuitState.Closed)).toBe(failures >= 5);
        }
      }),
    );
  });

  it('opens against a server that stalls, answers at once, probes, and closes when the server is back', async () => {
    let stalled = true;
    const server = await httpServer((_, response) => (stalled ? undefined : response.end('ok')));
    const { client, codeOf, guard, metric, resilience } = setUp();
    const states: string[] = [];
    resilience.onChange(({ state }) => states.push(state));
    for (let call = 0; call < 5; call++)
      expect(await codeOf(client.fetch(server.url))).toBe('EXT_HTTP_TIMEOUT');
    expect(guard.report()).toMatchObject({ dependency: 'other', state: 'open' });
    expect(await metric('holdfast_breaker_state{dependency="other",state="open"}')).toBe(1);
    expect(await codeOf(client.fetch(server.url))).toBe('EXT_CIRCUIT_OPEN');
    expect(server.seen).toHaveLength(5);

    // Still stalled: the one probe fails, and it is open again.
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await codeOf(client.fetch(server.url))).toBe('EXT_HTTP_TIMEOUT');
    expect(guard.report().state).toBe('open');

    stalled = false;
    await eventually(
      () => codeOf(client.fetch(server.url)),
      (code) => code === 'ok',
    );
    await server.close();
    expect(guard.report().state).toBe('closed');
    expect(states).toEqual(['open', 'half_open', 'open', 'half_open', 'closed']);
    expect(await metric('holdfast_resilience_events_total{dependency="other",event="opened"}')).toBe(2);
    expect(await metric('holdfast_resilience_events_total{dependency="other",event="timed_out"}')).toBe(6);
  });

  it('has no say while the flag is off', async () => {
    const { guard, codeOf, flag } = setUp();
    for (let call = 0; call < 5; call++) await codeOf(guard.call(fails));
    expect(await codeOf(guard.call(async () => 'fine'))).toBe('EXT_CIRCUIT_OPEN');
    flag.on = false;
    expect(await codeOf(guard.call(async () => 'fine'))).toBe('ok');
  });

  it('closes by hand, and when the health check finds the server back', async () => {
    const { guard, codeOf, resilience } = setUp();
    const open = async () => {
      for (let call = 0; call < 5; call++) await codeOf(guard.call(fails));
      expect(guard.report().state).toBe('open');
    };
    await open();
    expect(resilience.reset('other')).toMatchObject({ state: 'closed' });
    expect(await codeOf(guard.call(async () => 'fine'))).toBe('ok');

    await open();
    let up = true;
    const alone: HealthCheck = {
      name: 'database',
      check: () => (up ? Promise.resolve({ status: 'HEALTHY' }) : fails()),
    };
    const { check } = withBreakers(alone, [guard]);
    const look = (signal = new AbortController().signal) => check(signal);
    // A check that never failed knows nothing of what made the calls fail, but whoever asks is told of them.
    expect(await look()).toMatchObject({
      status: 'DEGRADED',
      cause: 'the circuit breaker "other" is open: down',
      details: { breaker_other: 'open' },
    });
    up = false;
    await expect(look()).rejects.toThrow('down');
    up = true;
    expect(await look()).toMatchObject({ status: 'HEALTHY', details: { breaker_other: 'closed' } });
    expect(guard.report().state).toBe('closed');

    await open();
    await look(AbortSignal.abort());
    expect(guard.report().state).toBe('open');
    await look();
    expect(guard.report().state).toBe('closed');
  });

  it('does not count what is the caller’s fault', async () => {
    const { guard, codeOf } = setUp({ ...quick, isFailure: (error) => (error as Error).message === 'down' });
    for (let call = 0; call < 20; call++) {
      expect(await codeOf(guard.call(() => Promise.reject(new Error('bad input'))))).toBe('bad input');
    }
    expect(guard.report().state).toBe('closed');
  });
});

describe('a policy', () => {
  it('tries again at most as often as it says, and only what may be repeated', async () => {
    const { guard, codeOf, metric } = setUp({ ...quick, retries: 3 });
    let calls = 0;
    const counted = () => {
      calls += 1;
      return fails();
    };
    expect(await codeOf(guard.call(counted))).toBe('EXT_HTTP_UNAVAILABLE');
    expect(calls).toBe(4);
    expect(await metric('holdfast_resilience_events_total{dependency="other",event="retried"}')).toBe(3);
    guard.reset();
    expect(await codeOf(guard.call(counted, { repeatable: false }))).toBe('EXT_HTTP_UNAVAILABLE');
    expect(calls).toBe(5);
  });

  it('refuses what is too much at once', async () => {
    const { guard, codeOf } = setUp({ ...quick, bulkhead: { concurrent: 1, waiting: 1 } });
    const slow = () => codeOf(guard.call(() => new Promise((resolve) => setTimeout(resolve, 20))));
    expect(await Promise.all([slow(), slow(), slow()])).toEqual(['ok', 'ok', 'SYS_OVERLOADED']);
  });

  it('goes on with something poorer where there is something', async () => {
    const { guard, metric } = setUp();
    expect(await guard.callOr('poorer', fails)).toBe('poorer');
    expect(await metric('holdfast_resilience_events_total{dependency="other",event="fell_back"}')).toBe(1);
  });
});

describe('a call over HTTP', () => {
  it('is repeated after 503 where its method allows, and an answer of the caller’s fault is just an answer', async () => {
    let status = 503;
    const server = await httpServer((_, response) => {
      response.statusCode = status;
      response.end();
    });
    const { client, codeOf } = setUp({ ...quick, retries: 2 });
    expect(await codeOf(client.fetch(server.url))).toBe('EXT_HTTP_UNAVAILABLE');
    expect(server.seen).toHaveLength(3);
    expect(await codeOf(client.fetch(server.url, { method: 'POST' }))).toBe('EXT_HTTP_UNAVAILABLE');
    expect(server.seen).toHaveLength(4);
    status = 404;
    expect((await client.fetch(server.url)).status).toBe(404);
    await server.close();
  });

  it('that its caller gives up is no failure of the server', async () => {
    const server = await httpServer(() => {});
    const { client, codeOf, guard } = setUp();
    for (let call = 0; call < 6; call++) {
      const controller = new AbortController();
      const answer = codeOf(client.fetch(server.url, { signal: controller.signal }));
      controller.abort();
      expect(await answer).not.toBe('ok');
    }
    await server.close();
    expect(guard.report().state).toBe('closed');
  });
});
