import { EventEmitter } from 'node:events';
import { healthDefaults } from '../../contract';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import type { HealthCheck } from './check';
import { type Clock, systemClock } from './clock';
import { type ComponentReport, type HealthReport, type HistoryEntry, overall } from './report';
import { type HealthTimings, Watched } from './watched';

export interface HealthOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Default: the contract's. A function is asked each time, so that settings can change while it runs. */
  readonly timings?: Partial<HealthTimings> | (() => Partial<HealthTimings>);
  /** Default: the system's. */
  readonly clock?: Clock;
}

interface HealthEvents {
  /** A component has another status than before. */
  change: [component: ComponentReport];
  /** Something was tried to bring a component back. */
  recovery: [component: string, entry: HistoryEntry];
}

/**
 * Looks at every component again and again in the background, so that reading the result never waits for one. Looking
 * at a component that is down is also what reconnects to it.
 */
export class Health extends EventEmitter<HealthEvents> {
  readonly #watched = new Map<string, Watched>();
  readonly #options: HealthOptions;
  #running = false;

  constructor(options: HealthOptions) {
    super();
    this.#options = options;
  }

  /**
   * Adds a component. After the start the first look at it follows at once.
   *
   * @throws Error when the name is taken, or is not the contract's and has no impact: a defect of the caller
   */
  register(check: HealthCheck): void {
    if (this.#watched.has(check.name)) throw new Error(`There are two health checks named "${check.name}".`);
    const watched = new Watched(check, {
      log: this.#options.log,
      metrics: this.#options.metrics,
      clock: this.#options.clock ?? systemClock,
      timings: () => this.#timings(),
      changed: (report) => this.emit('change', report),
      attempted: (component, entry) => this.emit('recovery', component, entry),
    });
    this.#watched.set(check.name, watched);
    if (this.#running) void watched.look();
  }

  #timings(): HealthTimings {
    const { timings } = this.#options;
    return {
      intervalMs: healthDefaults.intervalSeconds * 1000,
      timeoutMs: healthDefaults.timeoutMs,
      maximumBackOffMs: 5000,
      failuresBeforeRecovery: healthDefaults.failuresBeforeRecovery,
      ...(typeof timings === 'function' ? timings() : timings),
    };
  }

  /** First look at everything, in parallel; done within the timeout. Later looks follow by themselves. */
  async start(): Promise<void> {
    this.#running = true;
    await this.checkNow();
  }

  stop(): void {
    this.#running = false;
    for (const watched of this.#watched.values()) watched.stop();
  }

  /** What the last looks found; waits for nothing. */
  report(): HealthReport {
    const all = [...this.#watched.values()];
    const components = all.map((watched) => watched.report());
    const status = overall(
      all.map((watched) => ({ status: watched.report().status, essential: watched.impact.essential })),
    );
    return { status, components };
  }

  /** Whether a capability is lost: a component is UNHEALTHY. */
  get impaired(): boolean {
    return this.report().components.some(({ status }) => status === 'UNHEALTHY');
  }

  /** The last looks and recoveries, oldest first; nothing where there is no such component. */
  history(component: string): readonly HistoryEntry[] | undefined {
    return this.#watched.get(component)?.history();
  }

  /** Looks now at one component or all; done within the timeouts. */
  async checkNow(component?: string): Promise<HealthReport> {
    const chosen = [...this.#watched.values()].filter(({ name }) => !component || name === component);
    await Promise.all(chosen.map((watched) => watched.look()));
    return this.report();
  }
}
