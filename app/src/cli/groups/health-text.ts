import { table } from '../output/table';
import { figure, lines, since } from '../output/text';
import { stateOn, type View } from '../output/view';

/** As the admin API tells it. */
export interface Component {
  readonly name: string;
  readonly status: string;
  readonly since: string;
  readonly checkedAt?: string;
  readonly latencyMs?: number;
  readonly cause?: string;
  readonly capability?: string;
  readonly runbook?: string;
}
export interface Health {
  readonly status: string;
  readonly components: readonly Component[];
}
/** What is lost, and where it is written what to do. */
export function consequences(view: View, { components: all }: Health): string {
  const impaired = all.filter(({ capability }) => capability !== undefined);
  return lines(
    ...impaired.flatMap(({ name, capability, runbook }) => [
      `${view.paint('yellow', name)} puts at risk: ${capability}`,
      `  → ${runbook}`,
    ]),
  );
}

export const healthTable = (view: View, all: readonly Component[]): string =>
  table(view, all, [
    { header: 'component', cell: ({ name }) => name },
    { header: 'status', cell: ({ status }) => status, paint: stateOn(view) },
    { header: 'for', cell: (each) => since(each.since), align: 'right' },
    {
      header: 'took',
      cell: ({ latencyMs }) => (latencyMs === undefined ? '' : `${figure(latencyMs)} ms`),
      align: 'right',
    },
    { header: 'cause', cell: ({ cause }) => cause, flexible: true },
  ]);
