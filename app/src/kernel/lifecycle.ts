import { type LifecycleState, lifecycleStates } from '../contract';
import type { Logger } from './logging';
import type { Metrics } from './metrics';

/**
 * The state of this process:
 *
 *     starting ──► running ◄──► degraded
 *         └───────────┴──────────┴──► stopping ──► stopped
 *
 * `running` and `degraded` differ in whether a dependency is down; both serve. Nothing leads back from
 * `stopping`.
 */
export class Lifecycle {
  #state: LifecycleState = 'starting';
  #impaired = false;
  readonly #log: Logger;
  readonly #metrics: Metrics;

  constructor(log: Logger, metrics: Metrics) {
    this.#log = log;
    this.#metrics = metrics;
    this.#publish();
  }

  get state(): LifecycleState {
    return this.#state;
  }
  /** The role has built its components (the startup probe). */
  get started(): boolean {
    return this.#state !== 'starting';
  }
  /** Traffic is welcome (the readiness probe): dependencies have no say in it. */
  get ready(): boolean {
    return this.#state === 'running' || this.#state === 'degraded';
  }
  get stopping(): boolean {
    return this.#state === 'stopping' || this.#state === 'stopped';
  }

  /** Whether a dependency is down. Before the start has finished it is remembered only. */
  setImpaired(impaired: boolean): void {
    this.#impaired = impaired;
    if (this.ready) this.#enter(impaired ? 'degraded' : 'running');
  }

  markStarted(): void {
    if (this.#state === 'starting') this.#enter(this.#impaired ? 'degraded' : 'running');
  }
  markStopping(): void {
    if (!this.stopping) this.#enter('stopping');
  }
  markStopped(): void {
    this.#enter('stopped');
  }

  #enter(state: LifecycleState): void {
    if (state === this.#state) return;
    this.#log.info({ from: this.#state, to: state }, 'lifecycle');
    this.#state = state;
    this.#publish();
  }

  #publish(): void {
    for (const state of lifecycleStates) {
      this.#metrics.holdfast_lifecycle_state.set({ state }, state === this.#state ? 1 : 0);
    }
  }
}
