import type { Logger } from './logging';
import type { Metrics } from './metrics';

/** Something outside the process that a role needs. */
export interface Dependency {
  readonly name: 'database' | 'cache';
  /** Rejects when the dependency can't do its work. Must settle by itself in the end. */
  check(): Promise<void>;
}

export interface ComponentReport {
  readonly name: string;
  readonly status: 'up' | 'down';
  /** ISO time since when it has this status. */
  readonly since: string;
  /** Milliseconds that the last answered check took; absent while down. */
  readonly latencyMs?: number;
  /** Why it is down. */
  readonly cause?: string;
}

export interface HealthTimings {
  /** Milliseconds between two checks of a dependency that is up. */
  readonly intervalMs: number;
  /** Milliseconds after which an unanswered check counts as failed. */
  readonly timeoutMs: number;
  /**
   * Longest pause, in milliseconds, between two attempts while it is down; attempts start at 500 ms and
   * double.
   */
  readonly maximumBackOffMs: number;
}
const defaults: HealthTimings = { intervalMs: 2000, timeoutMs: 3000, maximumBackOffMs: 5000 };

/**
 * Asks every dependency again and again in the background, so that reading the result never waits for one.
 * Asking a dependency that is down is also what reconnects to it.
 */
export class Health {
  #watched: Watched[] = [];

  constructor(
    private readonly log: Logger,
    private readonly metrics: Metrics,
    private readonly onChange: (anyDown: boolean) => void,
    private readonly timings: HealthTimings = defaults,
  ) {}

  /** First look at everything, in parallel; done within the timeout. Later looks follow by themselves. */
  async start(dependencies: readonly Dependency[]): Promise<void> {
    const changed = () => this.onChange(this.report().some(({ status }) => status === 'down'));
    this.#watched = dependencies.map(
      (dependency) => new Watched(dependency, this.log, this.metrics, changed, this.timings),
    );
    await Promise.all(this.#watched.map((watched) => watched.look()));
  }
  stop(): void {
    for (const watched of this.#watched) watched.stop();
  }
  report(): ComponentReport[] {
    return this.#watched.map((watched) => watched.report());
  }
}

class Watched {
  #report: ComponentReport;
  #known = false;
  #backOffMs = 500;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    private readonly dependency: Dependency,
    private readonly log: Logger,
    private readonly metrics: Metrics,
    private readonly changed: () => void,
    private readonly timings: HealthTimings,
  ) {
    const since = new Date().toISOString();
    this.#report = { name: dependency.name, status: 'down', since, cause: 'not asked yet' };
  }

  report(): ComponentReport {
    return this.#report;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async look(): Promise<void> {
    const started = performance.now();
    const answer = this.dependency.check().then(
      () => undefined,
      (error: unknown) => causeOf(error),
    );
    const late = `no answer within ${this.timings.timeoutMs} ms`;
    const cause = await Promise.race([answer, after(this.timings.timeoutMs, late)]);
    if (this.#stopped) return;
    this.#record(cause, Math.round((performance.now() - started) * 10) / 10);
    // A check that is merely late must end before the next one begins, or they would pile up.
    void answer.then(() => this.#schedule(cause === undefined));
  }

  #schedule(up: boolean): void {
    if (this.#stopped) return;
    const pause = up ? this.timings.intervalMs : this.#backOffMs;
    this.#backOffMs = up ? 500 : Math.min(this.#backOffMs * 2, this.timings.maximumBackOffMs);
    this.#timer = setTimeout(() => void this.look(), pause);
    this.#timer.unref();
  }

  #record(cause: string | undefined, latencyMs: number): void {
    const { name } = this.dependency;
    const status = cause === undefined ? 'up' : 'down';
    const turned = !this.#known || status !== this.#report.status;
    const since = turned ? new Date().toISOString() : this.#report.since;
    this.#report = cause === undefined ? { name, status, since, latencyMs } : { name, status, since, cause };
    this.metrics.holdfast_component_up.set({ component: name }, status === 'up' ? 1 : 0);
    if (!turned) return;
    this.#known = true;
    if (cause === undefined) this.log.info({ component: name }, 'component is up');
    else this.log.warn({ component: name, cause }, 'component is down');
    this.changed();
  }
}

/** One line that says why. A refused connection to `localhost` is an AggregateError without a message. */
function causeOf(error: unknown): string {
  const { message, errors } = error as { message?: string; errors?: { message?: string }[] };
  return message || errors?.[0]?.message || String(error);
}

function after<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, value).unref());
}
