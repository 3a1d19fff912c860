import fc from 'fast-check';
import { startOrder } from '../src/kernel/component-order';
import { type Component, Components } from '../src/kernel/components';
import { createLogger } from '../src/kernel/logging';
import { logSink } from './support/kernel';

const sink = logSink();
const log = createLogger({ HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' }, 'all', sink.stream);
interface Node {
  readonly name: string;
  readonly needs: readonly string[];
}

/** Nodes that need only earlier ones, in any order: a graph without a circle. */
const acyclic: fc.Arbitrary<Node[]> = fc
  .integer({ min: 1, max: 15 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, index) =>
        fc
          .subarray(Array.from({ length: index }, (_, earlier) => `c${earlier}`))
          .map((needs) => ({ name: `c${index}`, needs })),
      ),
    ),
  )
  .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }));

describe('the order', () => {
  test('has everything once, after what it needs', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const order = startOrder(nodes).map(({ name }) => name);
        expect([...order].sort()).toEqual(nodes.map(({ name }) => name).sort());
        for (const { name, needs } of nodes) {
          for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(name));
        }
      }),
    );
  });

  test('names the chain of any circle', () => {
    const withCircle = fc
      .tuple(acyclic, fc.integer({ min: 1, max: 6 }), fc.nat())
      .map(([nodes, length, at]): Node[] => {
        const circle = Array.from({ length }, (_, index) => ({
          name: `circle${index}`,
          needs: [`circle${(index + 1) % length}`],
        }));
        const entrance = { name: 'entrance', needs: ['circle0'] };
        return [...nodes.slice(0, at % nodes.length), entrance, ...circle, ...nodes.slice(at % nodes.length)];
      });
    fc.assert(
      fc.property(withCircle, (nodes) => {
        const message = messageOf(() => startOrder(nodes));
        const chain = message.replace(/^.*in a circle: /, '').split(' → ');
        expect(chain.at(0)).toBe(chain.at(-1));
        expect(chain.length).toBeGreaterThan(1);
        for (const [index, name] of chain.slice(0, -1).entries()) {
          expect(nodes.find((node) => node.name === name)?.needs).toContain(chain[index + 1]);
        }
      }),
    );
  });

  test('is refused with every missing need, and a guess', () => {
    const nodes = [
      { name: 'database' },
      { name: 'queue', needs: ['databse', 'moon'] },
      { name: 'cache', needs: ['queu'] },
    ];
    expect(messageOf(() => startOrder(nodes)).split('\n')).toEqual([
      'component "queue" needs "databse", which is not there. Did you mean database?',
      'component "queue" needs "moon", which is not there.',
      'component "cache" needs "queu", which is not there. Did you mean queue?',
    ]);
    expect(() => startOrder([{ name: 'a' }, { name: 'a' }])).toThrow('there are two components "a"');
  });
});

describe('components', () => {
  const recording = (events: string[], name: string, more: Partial<Component<string>> = {}) => ({
    name,
    start: () => {
      events.push(`+${name}`);
      return name;
    },
    stop: (value: string) => void events.push(`-${value}`),
    ...more,
  });

  test('start in the order of their needs and stop in the reverse, each with its own value', async () => {
    const events: string[] = [];
    const components = new Components(log);
    const late = components.add(recording(events, 'server', { needs: ['database', 'cache'] }));
    components.add(recording(events, 'cache', { needs: ['database'] }));
    components.add(recording(events, 'database'));
    expect(() => late.value).toThrow('component "server" is asked for while it is waiting');
    await components.start();
    expect(late.value).toBe('server');
    components.add(recording(events, 'worker', { needs: ['cache'] }));
    await components.start();
    expect(await components.stop(5)).toEqual([]);
    expect(events).toEqual([
      ...['+database', '+cache', '+server', '+worker'],
      ...['-worker', '-server', '-cache', '-database'],
    ]);
    expect(components.report()).toContainEqual({
      name: 'worker',
      needs: ['cache'],
      state: 'stopped',
      startMs: expect.any(Number),
      stopMs: expect.any(Number),
    });
  });

  test('stop as far as they have started', async () => {
    const events: string[] = [];
    const components = new Components(log);
    components.add(recording(events, 'database'));
    components.add({ name: 'broken', start: () => Promise.reject(new Error('cannot')) });
    components.add(recording(events, 'server'));
    await expect(components.start()).rejects.toThrow('cannot');
    expect(components.report().map(({ state }) => state)).toEqual(['started', 'failed', 'waiting']);
    await components.stop(5);
    expect(events).toEqual(['+database', '-database']);
  });

  test('that fail or hang while they stop are named, and the others still stop', async () => {
    const events: string[] = [];
    const components = new Components(log);
    components.add(recording(events, 'first'));
    components.add(
      recording(events, 'hanging', { stop: () => new Promise(() => {}), deadlineSeconds: 0.05 }),
    );
    components.add(recording(events, 'failing', { stop: () => Promise.reject(new Error('cannot')) }));
    components.add(recording(events, 'last'));
    await components.start();
    expect(await components.stop(5)).toEqual(['hanging']);
    expect(events.slice(4)).toEqual(['-last', '-first']);
    expect(sink.entries).toContainEqual(
      expect.objectContaining({ msg: 'stopping a component failed', component: 'failing' }),
    );
    expect(sink.entries).toContainEqual(
      expect.objectContaining({ msg: 'component was not stopped in time', component: 'hanging' }),
    );
  });

  test('together take no longer than the deadline of all of them', async () => {
    const components = new Components(log);
    for (const name of ['a', 'b', 'c']) {
      components.add({ name, start: () => {}, stop: () => new Promise(() => {}), deadlineSeconds: 60 });
    }
    await components.start();
    expect(await components.stop(0.05)).toEqual(['c', 'b', 'a']);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
