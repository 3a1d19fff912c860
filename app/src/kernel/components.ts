import { lifecycle } from '../contract';
import { startOrder } from './component-order';
import type { Logger } from './logging';

/** Something that the process consists of: it is started after what it needs, and stopped before it. */
export interface Component<T = void> {
  readonly name: string;
  /** Names of other components. */
  readonly needs?: readonly string[];
  start(): T | Promise<T>;
  /** Resolves when what was in flight is done. */
  stop?(value: T): void | Promise<void>;
  /** Seconds that stopping may take; default: the contract's. */
  readonly deadlineSeconds?: number;
}

export type ComponentState =
  | 'waiting'
  | 'starting'
  | 'started'
  | 'failed'
  | 'stopping'
  | 'stopped'
  /** Was not done with stopping at its deadline. */
  | 'hung';

export interface ComponentReport {
  readonly name: string;
  readonly needs: readonly string[];
  readonly state: ComponentState;
  /** Milliseconds that starting took. */
  readonly startMs?: number;
  /** Milliseconds that stopping took. */
  readonly stopMs?: number;
}

/** What the start of a component returned. */
export interface Handle<T> {
  /** @throws Error before the component was started: a need is missing in somebody's `needs` */
  readonly value: T;
}

interface Entry {
  readonly name: string;
  readonly needs: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: each entry gives its own value back to its own definition
  readonly definition: Component<any>;
  state: ComponentState;
  value?: unknown;
  startMs?: number;
  stopMs?: number;
}

/** The components of a process, started in the order of their needs and stopped in the reverse. */
export class Components {
  readonly #entries: Entry[] = [];
  readonly #started: Entry[] = [];

  constructor(private readonly log: Logger) {}

  add<T>(definition: Component<T>): Handle<T> {
    const { name, needs = [] } = definition;
    const entry: Entry = { name, needs, definition, state: 'waiting' };
    this.#entries.push(entry);
    return {
      get value() {
        const there = entry.state === 'started' || entry.state === 'stopping';
        if (!there) throw new Error(`component "${name}" is asked for while it is ${entry.state}`);
        return entry.value as T;
      },
    };
  }

  /**
   * Starts all that wait. May be called again for those added since.
   *
   * @throws Error of the component that could not start, or of needs that cannot be satisfied
   */
  async start(): Promise<void> {
    for (const entry of startOrder(this.#entries)) {
      if (entry.state !== 'waiting') continue;
      const began = performance.now();
      entry.state = 'starting';
      try {
        entry.value = await entry.definition.start();
        entry.state = 'started';
        this.#started.push(entry);
      } catch (error) {
        entry.state = 'failed';
        throw error;
      } finally {
        entry.startMs = since(began);
      }
      this.log.debug({ component: entry.name, milliseconds: entry.startMs }, 'component started');
    }
  }

  /**
   * Stops what was started, in reverse order. One that fails or hangs is reported, and the others still get
   * their turn, until `deadlineSeconds` for all of them are over.
   *
   * @returns the names of those that were not done in time
   */
  async stop(deadlineSeconds: number): Promise<string[]> {
    const end = performance.now() + deadlineSeconds * 1000;
    const late: string[] = [];
    for (let entry = this.#started.pop(); entry; entry = this.#started.pop()) {
      const left = end - performance.now();
      const own = (entry.definition.deadlineSeconds ?? lifecycle.componentDeadlineSeconds) * 1000;
      const allowed = Math.max(0, Math.min(own, left));
      const began = performance.now();
      entry.state = 'stopping';
      const done = await within(allowed, this.#stopOne(entry));
      entry.stopMs = since(began);
      entry.state = done ? 'stopped' : 'hung';
      if (done) continue;
      late.push(entry.name);
      this.log.error(
        { component: entry.name, milliseconds: entry.stopMs },
        'component was not stopped in time',
      );
    }
    return late;
  }

  report(): ComponentReport[] {
    return this.#entries.map(({ name, needs, state, startMs, stopMs }) => ({
      ...{ name, needs, state },
      ...(startMs === undefined ? {} : { startMs }),
      ...(stopMs === undefined ? {} : { stopMs }),
    }));
  }

  async #stopOne(entry: Entry): Promise<void> {
    try {
      await entry.definition.stop?.(entry.value);
    } catch (error) {
      this.log.error({ err: error, component: entry.name }, 'stopping a component failed');
    }
  }
}

const since = (began: number): number => Math.round((performance.now() - began) * 10) / 10;

/** Whether the work was done within the time. */
async function within(milliseconds: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  return Promise.race([work.then(() => true), over]).finally(() => clearTimeout(timer));
}
