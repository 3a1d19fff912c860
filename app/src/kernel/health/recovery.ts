import type { RecoveryStep } from './check';

/** Milliseconds before the second attempt; doubled for each further one. */
const firstPauseMs = 1000;
const longestPauseMs = 30_000;
const attemptsPerStep = 2;

export interface Attempt {
  readonly step: RecoveryStep;
  /** Counts from 1 within its step. */
  readonly number: number;
}

/**
 * Which step is due: each a few times with growing pauses, then the next, and after the last one nothing more
 * until the component was well in between.
 */
export class Ladder {
  #step = 0;
  #attempt = 0;
  #pauseMs = firstPauseMs;
  #notBefore = 0;

  constructor(private readonly steps: readonly RecoveryStep[]) {}

  get exhausted(): boolean {
    return this.#step >= this.steps.length;
  }

  /** The next attempt, taken; nothing while it is too early or when all was tried. */
  take(nowMs: number): Attempt | undefined {
    const step = this.steps[this.#step];
    if (!step || nowMs < this.#notBefore) return undefined;
    this.#attempt += 1;
    const attempt = { step, number: this.#attempt };
    this.#notBefore = nowMs + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    if (this.#attempt >= (step.attempts ?? attemptsPerStep)) {
      this.#step += 1;
      this.#attempt = 0;
    }
    return attempt;
  }

  reset(): void {
    this.#step = 0;
    this.#attempt = 0;
    this.#pauseMs = firstPauseMs;
    this.#notBefore = 0;
  }
}
