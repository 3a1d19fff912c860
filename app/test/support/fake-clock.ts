import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/kernel/health/clock';

/** Time that stands still until the test moves it. */
export class FakeClock implements Clock {
  #now = Date.parse('2026-03-01T12:00:00Z');
  readonly #timers = new Set<{ at: number; then: () => void }>();
  /** What `random` answers; 0.5 is no jitter. */
  chance = 0.5;

  now(): number {
    return this.#now;
  }
  elapsed(): number {
    return this.#now;
  }
  random(): number {
    return this.chance;
  }
  after(milliseconds: number, then: () => void): () => void {
    const timer = { at: this.#now + milliseconds, then };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on, and runs what is due on the way in its order, each with all that follows from it. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settled();
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.then();
      await settled();
    }
    this.#now = end;
  }
}

/** All promises that depend on no timer have run their course. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await turn();
}
