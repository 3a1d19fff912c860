import { table } from '../output/table';
import { lines } from '../output/text';
import type { View } from '../output/view';

/** As the admin API tells it. */
export interface Change {
  readonly setting: string;
  readonly from: string | number | null;
  readonly to: string | number | null;
  readonly reloadable: boolean;
}
export interface Changes {
  readonly applied: readonly Change[];
  readonly needsRestart: readonly Change[];
  readonly warnings: readonly string[];
}

/** What changes at once, and what at the next start. */
export function changeLines(view: View, { applied, needsRestart, warnings }: Changes): string {
  const all = [...applied, ...needsRestart];
  const value = (given: string | number | null) => given ?? '(none)';
  const changes = table(view, all, [
    { header: 'setting', cell: ({ setting }) => setting },
    { header: 'from', cell: ({ from }) => value(from), flexible: true },
    { header: 'to', cell: ({ to }) => value(to), flexible: true },
    { header: 'applies', cell: ({ reloadable }) => (reloadable ? 'at once' : 'at the next start') },
  ]);
  return lines(
    all.length > 0 ? changes : 'Nothing changes.',
    ...warnings.map((warning) => `${view.paint('yellow', 'warning')}: ${warning}`),
  );
}
