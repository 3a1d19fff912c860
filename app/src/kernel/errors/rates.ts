import type { ErrorCode } from '../../contract';

/** Seconds of one slot, and slots kept: five minutes in slots of five seconds. */
const slotSeconds = 5;
const slots = 60;

type Counts = Partial<Record<ErrorCode, number>>;

/** Counts by code: since the start, and within a time of up to five minutes, exact to one slot. */
export class Rates {
  readonly #totals: Counts = {};
  /** The newest last. */
  #slots: { slot: number; counts: Counts }[] = [];

  constructor(private readonly now: () => number) {}

  count(code: ErrorCode): void {
    this.#totals[code] = (this.#totals[code] ?? 0) + 1;
    const slot = this.#slot();
    let last = this.#slots.at(-1);
    if (last?.slot !== slot) {
      last = { slot, counts: {} };
      this.#slots.push(last);
      this.#slots = this.#slots.filter((each) => each.slot > slot - slots);
    }
    last.counts[code] = (last.counts[code] ?? 0) + 1;
  }

  totals(): Counts {
    return { ...this.#totals };
  }

  within(seconds: number): Counts {
    const oldest = this.#slot() - Math.ceil(seconds / slotSeconds);
    const sum: Counts = {};
    for (const { slot, counts } of this.#slots) {
      if (slot <= oldest) continue;
      for (const [code, count] of Object.entries(counts) as [ErrorCode, number][]) {
        sum[code] = (sum[code] ?? 0) + count;
      }
    }
    return sum;
  }

  #slot(): number {
    return Math.floor(this.now() / 1000 / slotSeconds);
  }
}
