/** A request that stands for the others of its bucket. */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}
type Labels = Readonly<Record<string, string | number | undefined>>;

/**
 * The latest traced observation of each bucket of a histogram. Beside prom-client's own, which cost as much again as the
 * observation, and rename its counters when they are asked for.
 */
export class Exemplars {
  readonly #series = new Map<string, (Exemplar | undefined)[]>();

  constructor(
    private readonly labelNames: readonly string[],
    private readonly bounds: readonly number[],
  ) {}

  keep(labels: Labels, value: number, traceId: string): void {
    const key = this.#keyOf(labels);
    let buckets = this.#series.get(key);
    if (!buckets) {
      buckets = [];
      this.#series.set(key, buckets);
    }
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket += 1;
    buckets[bucket] = { traceId, value, timestamp: Date.now() / 1000 };
  }

  /** Of the bucket whose bound is in the label `le`. */
  of(labels: Labels): Exemplar | undefined {
    const bucket = labels['le'] === '+Inf' ? this.bounds.length : this.bounds.indexOf(Number(labels['le']));
    return this.#series.get(this.#keyOf(labels))?.[bucket];
  }

  #keyOf(labels: Labels): string {
    let key = '';
    for (const name of this.labelNames) key += `${labels[name]}\n`;
    return key;
  }
}
