import { table } from '../lib/terminal';

/** One figure that Holdfast promises, as measured now. */
export interface Figure {
  readonly name: string;
  readonly unit: 's' | 'MB' | 'ms' | 'µs' | '%';
  /** The measured value must stay below it. */
  readonly promised: number;
  /** Of several runs. */
  readonly values: readonly number[];
  /** What the value is to be seen beside. */
  readonly note?: string;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Microseconds of processor time that one call takes, in each of some rounds after one to warm up. Not the time that passes:
 * who else uses the machine has no say.
 */
export function processorTime(work: () => unknown, { rounds = 10, calls = 200_000 } = {}): number[] {
  const measured = Array.from({ length: rounds + 1 }, () => {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call += 1) work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / calls;
  });
  return measured.slice(1);
}

/** The ratio is what compares runs on different machines: the median as a share of what is promised. */
export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, unit, promised, values, note = '' }) => {
    const shown = (value: number) => `${Number(value.toPrecision(3))} ${unit}`;
    const worst = Math.max(...values);
    return [
      name,
      `< ${promised} ${unit}`,
      shown(median(values)),
      shown(worst),
      (median(values) / promised).toFixed(2),
      note,
    ];
  });
  return table(['', 'promised', 'median', 'worst', 'median/promised', ''], rows);
}
