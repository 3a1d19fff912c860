import { type LifecycleState, lifecycleStates, lifecycleTransitions } from '../contract';
import { Listeners } from './listeners';
import type { Logger } from './logging';
import type { Metrics } from './metrics';

export interface Transition {
  readonly from: LifecycleState;
  readonly to: LifecycleState;
  /** ISO time. */
  readonly at: string;
  /** Why, where somebody said so. */
  readonly reason?: string;
}

/** Transitions that are remembered. */
const historyLength = 100;

/**
 * The state of this process:
 *
 *     stopped ──► starting ──► running ◄──► degraded
 *                    ├────────────┴──────────┤
 *                    ▼                       ▼
 *                  error ◄──────────────► stopping ──► stopped
 *
 * `running` and `degraded` differ in whether a dependency is down; both serve. Nothing leads back from
 * `stopping` into service.
 */
export class Lifecycle {
  #state: LifecycleState = 'stopped';
  #impaired = false;
  #draining = false;
  readonly #history: Transition[] = [];
  readonly #listeners: Listeners<Transition>;

  /** @param strict throw on a transition that is not legal; elsewhere the process goes on, and logs the defect */
  constructor(
    private readonly log: Logger,
    private readonly metrics: Metrics,
    private readonly strict = process.env.NODE_ENV === 'test',
  ) {
    this.#listeners = new Listeners((error) =>
      log.error({ err: error }, 'a listener to the lifecycle failed'),
    );
    this.#enter('starting');
  }

  get state(): LifecycleState {
    return this.#state;
  }
  /** The role has built its components (the startup probe). */
  get started(): boolean {
    return this.#state !== 'starting' && this.#state !== 'error';
  }
  /** Traffic is welcome (the readiness probe): dependencies have no say in it. */
  get ready(): boolean {
    return this.#serving && !this.#draining;
  }
  get stopping(): boolean {
    return this.#state === 'stopping' || this.#state === 'stopped';
  }
  /** An operator has taken the process out of service, without stopping it. */
  get draining(): boolean {
    return this.#draining;
  }
  /** The last transitions, the oldest first. */
  get history(): readonly Transition[] {
    return [...this.#history];
  }

  /** Tells of each transition after it has happened. @returns ends it */
  onTransition(listener: (transition: Transition) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Whether a dependency is down. Before the start has finished it is remembered only. */
  setImpaired(impaired: boolean, reason?: string): void {
    this.#impaired = impaired;
    if (this.#serving) this.#enter(impaired ? 'degraded' : 'running', reason);
  }
  /** Fails readiness until it is taken back: requests still get their answers, but no new ones are sent here. */
  setDraining(draining: boolean): void {
    this.#draining = draining;
  }

  markStarted(): void {
    this.#enter(this.#impaired ? 'degraded' : 'running');
  }
  markStopping(reason?: string): void {
    if (!this.stopping) this.#enter('stopping', reason);
  }
  markStopped(): void {
    this.#enter('stopped');
  }
  /** The start has failed, or the process cannot go on. */
  markFailed(reason: string): void {
    this.#enter('error', reason);
  }

  get #serving(): boolean {
    return this.#state === 'running' || this.#state === 'degraded';
  }

  #enter(to: LifecycleState, reason?: string): void {
    const from = this.#state;
    if (to === from) return;
    if (!lifecycleTransitions[from].includes(to)) {
      const message = `illegal lifecycle transition from ${from} to ${to}: a defect`;
      if (this.strict) throw new Error(message);
      this.log.error({ from, to, reason }, message);
      return;
    }
    this.#state = to;
    const transition = {
      from,
      to,
      at: new Date().toISOString(),
      ...(reason === undefined ? {} : { reason }),
    };
    this.#history.push(transition);
    if (this.#history.length > historyLength) this.#history.shift();
    this.log.info({ from, to, reason }, 'lifecycle');
    for (const state of lifecycleStates) {
      this.metrics.holdfast_lifecycle_state.set({ state }, state === to ? 1 : 0);
    }
    this.#listeners.tell(transition);
  }
}
