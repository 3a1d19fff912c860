import { components, healthDefaults } from '../src/contract';
import { type CheckResult, Health, type HealthCheck, type HealthTimings } from '../src/kernel/health';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { FakeClock, settled } from './support/fake-clock';
import { logSink } from './support/kernel';

const impact = { capability: 'testing', runbook: 'database-unreachable', essential: false };
const well: CheckResult = { status: 'HEALTHY' };

function start(timings: Partial<HealthTimings> = {}) {
  const clock = new FakeClock();
  const sink = logSink();
  const log = createLogger({ HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' }, 'all', sink.stream);
  const metrics = createMetrics();
  const health = new Health({ log, metrics, clock, timings });
  const metric = async (line: string) => {
    const found = (await metrics.render()).split('\n').find((each) => each.startsWith(`${line} `));
    return found === undefined ? undefined : Number(found.split(' ').at(-1));
  };
  return { clock, sink, health, metric };
}

/** A component whose state the test decides; counts how often it is looked at. */
function puppet(name = 'custom', more: Partial<HealthCheck> = {}) {
  const state = { looks: 0, fails: undefined as string | undefined };
  const check = {
    name,
    impact,
    async check(): Promise<CheckResult> {
      state.looks += 1;
      if (state.fails) throw new Error(state.fails);
      return well;
    },
    ...more,
  } as HealthCheck;
  return { state, check };
}

describe('looking', () => {
  it('happens every 30 s by default, for database and cache every 2 s', async () => {
    const { clock, health } = start();
    const [custom, database] = [puppet(), puppet('database')];
    health.register(custom.check);
    health.register(database.check);
    await health.start();
    await clock.advance(29_900);
    expect(custom.state.looks).toBe(1);
    expect(database.state.looks).toBe(15);
    await clock.advance(200);
    expect(custom.state.looks).toBe(2);
    health.stop();
    await clock.advance(300_000);
    expect(custom.state.looks).toBe(2);
  });

  it('is spread at random around the interval', async () => {
    const { clock, health } = start();
    const { check, state } = puppet();
    clock.chance = 0;
    health.register(check);
    await health.start();
    await clock.advance(26_900);
    expect(state.looks).toBe(1);
    clock.chance = 0.999;
    await clock.advance(200);
    expect(state.looks).toBe(2);
    await clock.advance(32_800);
    expect(state.looks).toBe(2);
    await clock.advance(200);
    expect(state.looks).toBe(3);
  });

  it('comes sooner, backing off to 5 s, while it fails', async () => {
    const { clock, health } = start();
    const { check, state } = puppet();
    state.fails = 'away';
    health.register(check);
    await health.start();
    const counts = [];
    for (const pause of [500, 1000, 2000, 4000, 5000, 5000]) {
      await clock.advance(pause - 1);
      counts.push(state.looks);
      await clock.advance(1);
    }
    expect(counts).toEqual([1, 2, 3, 4, 5, 6]);
    state.fails = undefined;
    await clock.advance(5000);
    expect(health.report().components[0]?.status).toBe('HEALTHY');
    state.fails = 'again';
    await health.checkNow();
    await clock.advance(500);
    expect(state.looks).toBe(10);
  });

  it('does not wait for a component that never answers, tells it so, and asks anew in the end', async () => {
    const { clock, health } = start();
    const signals: AbortSignal[] = [];
    health.register({
      name: 'database',
      check: (signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    const other = puppet();
    health.register(other.check);
    const started = health.start();
    await clock.advance(0);
    expect(health.report().components[1]?.status).toBe('HEALTHY');
    await clock.advance(healthDefaults.timeoutMs);
    await started;
    expect(health.report().components[0]).toMatchObject({
      status: 'UNHEALTHY',
      cause: 'no answer within 3000 ms',
    });
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
    await clock.advance(29_000);
    expect(signals).toHaveLength(1);
    await clock.advance(5000);
    expect(signals).toHaveLength(2);
  });

  it('now, twice at once, is one look', async () => {
    const { health } = start();
    const { check, state } = puppet();
    health.register(check);
    await health.start();
    await Promise.all([health.checkNow(), health.checkNow('custom')]);
    expect(state.looks).toBe(2);
    await health.checkNow('another');
    expect(state.looks).toBe(2);
  });

  it('begins at once for what is registered later, and a name is taken only once', async () => {
    const { health } = start();
    await health.start();
    const { check, state } = puppet();
    health.register(check);
    await settled();
    expect(state.looks).toBe(1);
    expect(() => health.register(check)).toThrow('two health checks named "custom"');
    expect(() => health.register({ ...check, name: 'other', impact: undefined } as never)).toThrow('impact');
  });
});

it('follows settings that change while it runs', async () => {
  const clock = new FakeClock();
  const log = createLogger(
    { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' },
    'all',
    logSink().stream,
  );
  let intervalMs = 1000;
  const health = new Health({ log, metrics: createMetrics(), clock, timings: () => ({ intervalMs }) });
  const { check, state } = puppet();
  health.register(check);
  await health.start();
  await clock.advance(999);
  intervalMs = 10_000;
  await clock.advance(1);
  expect(state.looks).toBe(2);
  await clock.advance(9999);
  expect(state.looks).toBe(2);
  await clock.advance(1);
  expect(state.looks).toBe(3);
});

describe('the report', () => {
  it('names capability, cause and runbook of what is in trouble, and of nothing else', async () => {
    const { health, sink, metric } = start();
    const database = puppet('database', { impact: undefined });
    health.register(database.check);
    health.register({ ...puppet().check, check: async () => ({ status: 'DEGRADED', cause: 'slow' }) });
    const changes: string[] = [];
    health.on('change', ({ name, status }) => changes.push(`${name} ${status}`));
    await health.start();
    expect(health.report()).toMatchObject({
      status: 'DEGRADED',
      components: [
        { name: 'database', status: 'HEALTHY' },
        { capability: 'testing', cause: 'slow', runbook: 'runbooks/database-unreachable.md' },
      ],
    });
    expect(health.report().components[0]).not.toHaveProperty('runbook');
    expect(health.impaired).toBe(false);

    database.state.fails = 'refused';
    await health.checkNow();
    await health.checkNow();
    expect(health.report()).toMatchObject({
      status: 'UNHEALTHY',
      components: [{ cause: 'refused', capability: components.database.capability }, {}],
    });
    expect(health.impaired).toBe(true);
    expect(changes).toEqual(['database HEALTHY', 'custom DEGRADED', 'database UNHEALTHY']);
    expect(sink.entries.at(-1)).toMatchObject({
      level: 'warn',
      component: 'database',
      cause: 'refused',
      runbook: 'runbooks/database-unreachable.md',
    });
    expect(await metric('holdfast_component_status{component="database",status="UNHEALTHY"}')).toBe(1);
    expect(await metric('holdfast_component_status{component="database",status="HEALTHY"}')).toBe(0);
    expect(await metric('holdfast_component_up{component="database"}')).toBe(0);
    expect(await metric('holdfast_component_up{component="custom"}')).toBe(1);
    expect(await metric('holdfast_health_check_duration_seconds_count{component="database"}')).toBe(3);
  });

  it('is UNKNOWN before anybody asked, and only what is essential makes all of it UNHEALTHY', async () => {
    const { health } = start();
    const custom = puppet();
    custom.state.fails = 'away';
    health.register(puppet('database').check);
    health.register({ ...puppet('essential').check, impact: { ...impact, essential: true } });
    health.register(custom.check);
    expect(health.report().status).toBe('UNKNOWN');
    await health.start();
    expect(health.report().status).toBe('DEGRADED');
    expect(health.impaired).toBe(true);
  });

  it('keeps the last 100 entries of each component', async () => {
    const { health } = start();
    health.register(puppet().check);
    for (let look = 0; look < 105; look++) await health.checkNow();
    expect(health.history('custom')).toHaveLength(100);
    expect(health.history('custom')?.[0]).toMatchObject({ kind: 'check', status: 'HEALTHY' });
    expect(health.history('another')).toBeUndefined();
  });
});

describe('recovery', () => {
  it('begins after three failures, climbs a bounded ladder with pauses, and records each attempt', async () => {
    const { clock, health, sink, metric } = start();
    const tried: string[] = [];
    const begun = clock.now();
    const step = (name: string) => ({
      name,
      run: async () => void tried.push(`${name} at ${(clock.now() - begun) / 1000}`),
    });
    const { check, state } = puppet('custom', { recovery: [step('mild'), step('hard')] });
    state.fails = 'away';
    health.register(check);
    const told: unknown[] = [];
    health.on('recovery', (component, entry) => told.push([component, entry]));
    await health.start();
    await clock.advance(1499);
    expect(tried).toEqual([]);
    await clock.advance(600_000);
    // Looks at 0, 0.5, 1.5 (the third failure), 3.5, 7.5, 12.5, …; pauses of 1, 2, 4 s at least.
    expect(tried).toEqual(['mild at 1.5', 'mild at 3.5', 'hard at 7.5', 'hard at 12.5']);
    expect(told).toHaveLength(4);
    const attempts = health.history('custom')?.filter(({ kind }) => kind === 'recovery') ?? [];
    expect(attempts.length).toBe(0);
    expect(
      await metric('holdfast_recovery_attempts_total{component="custom",step="hard",outcome="failed"}'),
    ).toBe(2);
    const exhausted = sink.entries.filter(({ level }) => level === 'error');
    expect(exhausted).toMatchObject([
      {
        msg: 'recovery has tried everything; follow the runbook',
        runbook: expect.stringContaining('runbooks/'),
      },
    ]);

    state.fails = undefined;
    await clock.advance(5000);
    state.fails = 'again';
    await clock.advance(36_000);
    expect(tried.length).toBeGreaterThan(4);
    expect(tried[4]).toMatch(/^mild/);
  });

  it('says which step helped, at once, and why one did not', async () => {
    const { clock, health } = start();
    const { check, state } = puppet();
    const mild = async () => {
      throw new Error('cannot');
    };
    const hard = async () => {
      state.fails = undefined;
    };
    const steps = [
      { name: 'mild', attempts: 1, run: mild },
      { name: 'hard', run: hard },
    ];
    health.register({ ...check, recovery: steps } as HealthCheck);
    state.fails = 'away';
    await health.start();
    await clock.advance(3500);
    expect(health.history('custom')?.filter(({ kind }) => kind === 'recovery')).toMatchObject([
      { step: 'mild', attempt: 1, outcome: 'failed', cause: 'cannot' },
      { step: 'hard', attempt: 1, outcome: 'recovered' },
    ]);
    expect(health.report().status).toBe('HEALTHY');
  });

  it('is not hurried by those who look more often', async () => {
    const { health } = start();
    const run = jest.fn(async () => {});
    const { check, state } = puppet('custom', { recovery: [{ name: 'mild', run }] });
    state.fails = 'away';
    health.register(check);
    await health.start();
    for (let look = 0; look < 10; look++) await health.checkNow();
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('is not held up by a step that hangs', async () => {
    const { clock, health } = start();
    const { check, state } = puppet('custom', {
      recovery: [{ name: 'hangs', attempts: 1, run: () => new Promise(() => {}) }],
    });
    state.fails = 'away';
    health.register(check);
    await health.start();
    await clock.advance(10_000);
    expect(health.history('custom')?.find(({ kind }) => kind === 'recovery')).toMatchObject({
      outcome: 'failed',
      cause: 'the step was not done within 3000 ms',
    });
    state.fails = undefined;
    await clock.advance(5000);
    expect(health.report().status).toBe('HEALTHY');
  });
});
