import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  noop,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import { ExternalProblem, Problem, SystemProblem } from '../problems';
import type { PolicyDefinition } from './definitions';
import { FailureWindow } from './failure-window';

export const breakerStates = ['closed', 'open', 'half_open'] as const;
export type BreakerState = (typeof breakerStates)[number];

export interface BreakerReport {
  readonly dependency: string;
  readonly state: BreakerState;
  /** ISO time since when it is in this state. */
  readonly since: string;
  /** Why it opened last. */
  readonly cause?: string;
}

export interface GuardContext {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Whether breakers have a say now (the flag circuit_breaker). */
  readonly enabled: () => boolean;
  readonly changed: (report: BreakerReport) => void;
}

export interface CallOptions {
  /** Whether the call may be repeated; default true. */
  readonly repeatable?: boolean;
}

/** Stands between the service and one dependency: limits, times, retries and, in the end, refuses calls to it. */
export class Guard {
  #breaker: CircuitBreakerPolicy;
  #report: BreakerReport;

  constructor(
    readonly dependency: string,
    private readonly definition: PolicyDefinition,
    private readonly context: GuardContext,
  ) {
    this.#report = { dependency, state: 'closed', since: new Date().toISOString() };
    this.#breaker = this.#newBreaker();
    this.#bulkhead = this.#newBulkhead();
    this.#timeout = this.#newTimeout();
    this.#retry = this.#newRetry();
    this.#build();
    this.#publish();
  }
  readonly #bulkhead: IPolicy;
  readonly #timeout: IPolicy;
  readonly #retry: IPolicy;
  /** By whether the call may be repeated and whether the breaker has a say: built once, not for each call. */
  #policies: Record<'repeatable' | 'once', Record<'guarded' | 'unguarded', IPolicy>> | undefined;

  /**
   * Calls the dependency.
   *
   * @throws Problem with the code of the definition when the dependency fails, or is left alone; SYS_OVERLOADED when
   * too many calls are under way. Errors that are not the dependency's failure pass through.
   */
  async call<T>(
    work: (signal: AbortSignal) => Promise<T>,
    { repeatable = true }: CallOptions = {},
  ): Promise<T> {
    const policies = this.#policies?.[repeatable ? 'repeatable' : 'once'];
    const policy = policies?.[this.context.enabled() ? 'guarded' : 'unguarded'] as IPolicy;
    try {
      return (await policy.execute(({ signal }) => work(signal))) as T;
    } catch (error) {
      throw this.#toProblem(error);
    }
  }

  /** As `call`, but goes on with `instead` when the dependency fails. */
  async callOr<T>(instead: T, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.call(work);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#count('fell_back');
      return instead;
    }
  }

  report(): BreakerReport {
    return this.#report;
  }

  /** Closes the breaker, by hand. */
  reset(): void {
    this.#breaker = this.#newBreaker();
    this.#build();
    if (this.#report.state !== 'closed') this.#enter('closed');
  }

  #toProblem(error: unknown): unknown {
    const { codes, breaker } = this.definition;
    const retryAfterSeconds = Math.ceil(breaker.halfOpenAfterMs / 1000);
    if (error instanceof BrokenCircuitError) {
      this.#count('short_circuited');
      return new ExternalProblem(codes.open, { retryAfterSeconds, cause: error });
    }
    if (error instanceof BulkheadRejectedError) {
      this.#count('overloaded');
      return new SystemProblem('SYS_OVERLOADED', { retryAfterSeconds: 1, cause: error });
    }
    if (error instanceof TaskCancelledError) {
      return new ExternalProblem(codes.timeout, { retryAfterSeconds, cause: error });
    }
    if (error instanceof Problem || !this.definition.isFailure(error)) return error;
    return new ExternalProblem(codes.unavailable, { retryAfterSeconds, cause: error });
  }

  #isFailure = (error: Error): boolean =>
    error instanceof TaskCancelledError || this.definition.isFailure(error);

  #build(): void {
    const variants = (retries: IPolicy) => ({
      guarded: wrap(this.#bulkhead, retries, this.#breaker, this.#timeout),
      unguarded: wrap(this.#bulkhead, retries, this.#timeout),
    });
    this.#policies = { repeatable: variants(this.#retry), once: variants(noop) };
  }

  #newBreaker(): CircuitBreakerPolicy {
    const { halfOpenAfterMs, ...window } = this.definition.breaker;
    const breaker = circuitBreaker(handleWhen(this.#isFailure), {
      halfOpenAfter: halfOpenAfterMs,
      breaker: new FailureWindow(window),
    });
    breaker.onBreak((reason) => {
      const error = 'error' in reason ? reason.error : undefined;
      this.#enter('open', error?.message);
    });
    breaker.onHalfOpen(() => this.#enter('half_open'));
    breaker.onReset(() => {
      if (breaker.state === CircuitState.Closed) this.#enter('closed');
    });
    return breaker;
  }

  #newBulkhead(): IPolicy {
    const { bulkhead: limits } = this.definition;
    return limits ? bulkhead(limits.concurrent, limits.waiting) : noop;
  }

  #newTimeout(): IPolicy {
    if (this.definition.timeoutMs === undefined) return noop;
    const policy = timeout(this.definition.timeoutMs, TimeoutStrategy.Aggressive);
    policy.onTimeout(() => this.#count('timed_out'));
    return policy;
  }

  #newRetry(): IPolicy {
    const { retries = 0, firstPauseMs = 100 } = this.definition;
    if (retries === 0) return noop;
    const worth = (error: Error) => !(error instanceof BrokenCircuitError) && this.#isFailure(error);
    const backoff = new ExponentialBackoff({ initialDelay: firstPauseMs, maxDelay: 2_000 });
    const policy = retry(handleWhen(worth), { maxAttempts: Math.min(retries, 3), backoff });
    policy.onRetry(() => this.#count('retried'));
    return policy;
  }

  #enter(state: BreakerState, cause = this.#report.cause): void {
    const { dependency } = this;
    this.#report = {
      dependency,
      state,
      since: new Date().toISOString(),
      ...(state === 'closed' ? {} : { cause }),
    };
    this.#count({ closed: 'closed', open: 'opened', half_open: 'half_opened' }[state]);
    this.context.log[state === 'open' ? 'warn' : 'info'](
      { breaker: this.#report },
      `circuit breaker is ${state}`,
    );
    this.#publish();
    this.context.changed(this.#report);
  }

  #publish(): void {
    const { dependency } = this;
    for (const state of breakerStates) {
      this.context.metrics.holdfast_breaker_state.set(
        { dependency, state },
        state === this.#report.state ? 1 : 0,
      );
    }
  }

  #count(event: string): void {
    this.context.metrics.holdfast_resilience_events_total.inc({ dependency: this.dependency, event });
  }
}
