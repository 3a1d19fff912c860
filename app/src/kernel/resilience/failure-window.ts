import { CircuitState, type IBreaker } from 'cockatiel';

export interface FailureWindowOptions {
  /** Failures that open the breaker … */
  readonly failures: number;
  /** … among so many of the last calls, so that a busy dependency isn't given up for a few failures in thousands … */
  readonly of: number;
  /** … all of them within so many milliseconds. */
  readonly windowMs: number;
}

/** Opens at 5 failures among the last 10 calls, all within 60 s; half open, one failure is enough. */
export const defaultWindow: FailureWindowOptions = { failures: 5, of: 10, windowMs: 60_000 };

/** When a circuit breaker opens. */
export class FailureWindow implements IBreaker {
  /** Of the last calls, the time of each failure, and 0 for a success. */
  #calls: number[] = [];

  constructor(
    private readonly options: FailureWindowOptions = defaultWindow,
    private readonly now: () => number = Date.now,
  ) {}

  success(state: CircuitState): void {
    // What was before an outage has no say after it.
    if (state === CircuitState.HalfOpen) this.#calls = [];
    else this.#remember(0);
  }

  failure(state: CircuitState): boolean {
    this.#remember(this.now());
    if (state === CircuitState.HalfOpen) return true;
    const oldest = this.now() - this.options.windowMs;
    return this.#calls.filter((time) => time > oldest).length >= this.options.failures;
  }

  get state(): unknown {
    return [...this.#calls];
  }
  set state(calls: unknown) {
    this.#calls = [...(calls as number[])];
  }

  #remember(time: number): void {
    this.#calls.push(time);
    if (this.#calls.length > this.options.of) this.#calls.shift();
  }
}
