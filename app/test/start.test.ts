/** What a start waits for, and how much the process then does at once. */
import { lifecycle } from '../src/contract';
import { concurrency, sizeThreadPool } from '../src/kernel/concurrency';
import { firstAnswer } from '../src/kernel/first-answer';
import type { Kernel } from '../src/kernel/kernel';
import { readSettings } from '../src/kernel/settings';
import { aggregation } from '../src/modules/events';
import { testEnvironment } from './support/environment';
import { FakeClock } from './support/fake-clock';

const settings = (seconds: number, engine: 'postgres' | 'pglite' = 'postgres') => ({
  HOLDFAST_DATABASE_ENGINE: engine,
  HOLDFAST_DATABASE_WAIT_SECONDS: seconds,
});

describe('the first answer of the database', () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = {
    info: (...words: unknown[]) => void lines.push(`info ${words.at(-1)}`),
    warn: (...words: unknown[]) => void lines.push(`warn ${words.at(-1)}`),
  } as unknown as Parameters<typeof firstAnswer>[2];
  beforeEach(() => lines.splice(0));

  /** Begins to wait; tells whether it still does. */
  function begin(check: () => Promise<void>, given: ReturnType<typeof settings>) {
    const state = { waits: true };
    const waiting = firstAnswer({ check }, given, log, clock).then(() => {
      state.waits = false;
    });
    return { state, waiting };
  }
  const refused = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432'));

  it('is waited for while the server refuses, and the start goes on as soon as it comes', async () => {
    let up = false;
    const { state } = begin(() => (up ? Promise.resolve() : refused()), settings(5));
    await clock.advance(3000);
    expect(state.waits).toBe(true);
    up = true;
    await clock.advance(250);
    expect(state.waits).toBe(false);
    expect(lines).toEqual([
      'info waiting for the database, 5 s at most: connect ECONNREFUSED 127.0.0.1:5432',
      'info the database answers',
    ]);
  });

  it.each([
    ['refuses', refused, 'connect ECONNREFUSED 127.0.0.1:5432'],
    ['hangs', () => new Promise<void>(() => {}), 'no answer'],
  ])('is waited for no longer than the settings say where the server %s', async (_, check, cause) => {
    const { state } = begin(check, settings(5));
    await clock.advance(4000);
    expect(state.waits).toBe(true);
    await clock.advance(1000);
    expect(state.waits).toBe(false);
    expect(lines.at(-1)).toBe(
      `warn the database did not answer within 5 s (${cause}); starting degraded, without it`,
    );
  });

  it('is not waited for where nobody wants to, or the database is embedded', async () => {
    const check = jest.fn(refused);
    await Promise.all([begin(check, settings(0)).waiting, begin(check, settings(5, 'pglite')).waiting]);
    expect(check).not.toHaveBeenCalled();
  });

  it('can’t be asked for longer than leaves a start its second within ten', () => {
    const { env, remove } = testEnvironment();
    const longest = lifecycle.longestDatabaseWaitSeconds;
    const read = (seconds: number) =>
      readSettings({ ...env, HOLDFAST_DATABASE_WAIT_SECONDS: String(seconds) });
    expect(longest).toBeLessThanOrEqual(9);
    expect(read(longest).ok).toBe(true);
    expect(read(longest + 1)).toMatchObject({
      ok: false,
      problems: [{ key: 'HOLDFAST_DATABASE_WAIT_SECONDS', message: `must be at most ${longest}` }],
    });
    remove();
  });
});

describe('concurrency', () => {
  it.each([
    ['a tenth of a processor', 0.1, 8, { processors: 0.1, workers: 1, threads: 4 }],
    ['one and a half', 1.5, 8, { processors: 1.5, workers: 2, threads: 4 }],
    ['six', 6, 64, { processors: 6, workers: 4, threads: 6 }],
    ['more than there are', 99, 2, { processors: 2, workers: 2, threads: 4 }],
    ['no quota on a big machine', undefined, 64, { processors: 64, workers: 4, threads: 16 }],
  ])('follows the quota of the container: %s', (_, quota, machine, expected) => {
    expect(concurrency(quota === undefined ? {} : { processors: quota }, machine)).toEqual(expected);
  });

  it.each([
    ['as many as the settings say', 'postgres', 3, 3],
    ['as many as the processors bear', 'postgres', undefined, concurrency().workers],
    ['one on the embedded database', 'pglite', 3, 1],
  ] as const)('a worker aggregates batches at once: %s', async (_, engine, told, expected) => {
    let begun = 0;
    const kernel = {
      settings: { HOLDFAST_AGGREGATION_WORKERS: told, HOLDFAST_DATABASE_ENGINE: engine },
      // Asked first by each that begins; none goes on.
      flags: {
        value: () => {
          begun += 1;
          return false;
        },
      },
      database: {
        tables: () => {
          throw new Error('none');
        },
      },
      log: { warn: () => {}, debug: () => {} },
    } as unknown as Kernel;
    const part = aggregation(kernel);
    part.start?.();
    expect(begun).toBe(expected);
    await part.stop?.();
  });

  it('sizes the pool of threads, unless somebody has', () => {
    const env: NodeJS.ProcessEnv = {};
    sizeThreadPool(env, concurrency({ processors: 6 }, 64));
    expect(env.UV_THREADPOOL_SIZE).toBe('6');
    sizeThreadPool(env, concurrency({ processors: 1 }, 64));
    expect(env.UV_THREADPOOL_SIZE).toBe('6');
  });
});
