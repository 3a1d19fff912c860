import { type LifecycleState, lifecycleStates, lifecycleTransitions } from '../src/contract';
import { Lifecycle } from '../src/kernel/lifecycle';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { logSink } from './support/kernel';

function fresh(strict = true) {
  const sink = logSink();
  const log = createLogger({ HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' }, 'all', sink.stream);
  const metrics = createMetrics();
  return { lifecycle: new Lifecycle(log, metrics, strict), metrics, sink };
}

/** How each state is entered, once it is legal. */
const enter: Record<Exclude<LifecycleState, 'starting'>, (lifecycle: Lifecycle) => void> = {
  running: (lifecycle) => {
    lifecycle.setImpaired(false);
    if (lifecycle.state !== 'running') lifecycle.markStarted();
  },
  degraded: (lifecycle) => {
    lifecycle.setImpaired(true);
    if (lifecycle.state !== 'degraded') lifecycle.markStarted();
  },
  stopping: (lifecycle) => lifecycle.markStopping(),
  stopped: (lifecycle) => lifecycle.markStopped(),
  error: (lifecycle) => lifecycle.markFailed('a reason'),
};
const ways: Record<Exclude<LifecycleState, 'starting'>, readonly (keyof typeof enter)[]> = {
  running: ['running'],
  degraded: ['degraded'],
  stopping: ['running', 'stopping'],
  stopped: ['running', 'stopping', 'stopped'],
  error: ['running', 'error'],
};
const states = Object.keys(enter) as (keyof typeof enter)[];
const pairs = states.flatMap((from) => states.filter((to) => to !== from).map((to) => [from, to] as const));
// Asking a process that is stopped to stop is no transition.
const asked = pairs.filter(([from, to]) => !(from === 'stopped' && to === 'stopping'));

test.each(asked)('from %s to %s: as the contract says', (from, to) => {
  const { lifecycle } = fresh();
  for (const step of ways[from]) enter[step](lifecycle);
  expect(lifecycle.state).toBe(from);
  if (lifecycleTransitions[from].includes(to)) {
    enter[to](lifecycle);
    expect(lifecycle.state).toBe(to);
  } else {
    expect(() => enter[to](lifecycle)).toThrow(`illegal lifecycle transition from ${from} to ${to}`);
    expect(lifecycle.state).toBe(from);
  }
});

test('an illegal transition is logged where the process has to go on', () => {
  const { lifecycle, sink } = fresh(false);
  lifecycle.markStopped();
  expect(lifecycle.state).toBe('starting');
  expect(sink.entries.at(-1)).toMatchObject({ level: 'error', from: 'starting', to: 'stopped' });
});

test('every transition is a metric, an entry of the history and an event', async () => {
  const { lifecycle, metrics, sink } = fresh();
  const heard: string[] = [];
  lifecycle.onTransition(() => {
    throw new Error('a listener that fails');
  });
  const end = lifecycle.onTransition(({ from, to }) => heard.push(`${from}>${to}`));
  lifecycle.markStarted();
  lifecycle.setImpaired(true, 'the database is down');
  lifecycle.setImpaired(true, 'again');
  end();
  lifecycle.markStopping();

  expect(heard).toEqual(['starting>running', 'running>degraded']);
  expect(sink.text()).toContain('a listener that fails');
  expect(lifecycle.history).toEqual([
    { from: 'stopped', to: 'starting', at: expect.any(String) },
    { from: 'starting', to: 'running', at: expect.any(String) },
    { from: 'running', to: 'degraded', at: expect.any(String), reason: 'the database is down' },
    { from: 'degraded', to: 'stopping', at: expect.any(String) },
  ]);
  const text = await metrics.render();
  for (const state of lifecycleStates) {
    expect(text).toContain(`holdfast_lifecycle_state{state="${state}"} ${state === 'stopping' ? 1 : 0}`);
  }
});

test('the history keeps the last hundred', () => {
  const { lifecycle } = fresh();
  lifecycle.markStarted();
  for (let count = 0; count < 150; count++) lifecycle.setImpaired(count % 2 === 0);
  expect(lifecycle.history).toHaveLength(100);
  expect(lifecycle.history.at(-1)?.to).toBe('running');
});

test('readiness follows service and the operator’s drain, not the dependencies', () => {
  const { lifecycle } = fresh();
  expect([lifecycle.ready, lifecycle.started]).toEqual([false, false]);
  lifecycle.setImpaired(true);
  lifecycle.markStarted();
  expect([lifecycle.state, lifecycle.ready]).toEqual(['degraded', true]);
  lifecycle.setDraining(true);
  expect([lifecycle.ready, lifecycle.started, lifecycle.stopping]).toEqual([false, true, false]);
  lifecycle.setDraining(false);
  expect(lifecycle.ready).toBe(true);
  lifecycle.markFailed('cannot go on');
  expect(lifecycle.ready).toBe(false);
});
