import type { Runbook } from '../runbook/runbook';
import type { Drill, StateDrill } from './drill';

/** What the last drill of each runbook measured, as docs/recovery.md shows it. */
export function drillsTable(runbooks: readonly Runbook[], drills: readonly (Drill | StateDrill)[]): string {
  const rows = drills.flatMap(({ runbook: name, fault }) => {
    const runbook = runbooks.find((each) => each.name === name);
    if (!runbook) return [];
    const { detection = '–', rto = '–', interruption = '–', lost = '–' } = runbook.measured ?? {};
    return [
      `| [${runbook.title}](../runbooks/${name}.md) | ${fault} | ${runbook.lastDrill} | ${detection} | ${rto} | ${interruption} | ${lost} |`,
    ];
  });
  return [
    '| runbook | what was broken | last drill | seen after | well after (RTO) | nothing accepted for | lost (RPO) |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

const block = /<!-- drills -->\n[\s\S]*<!-- \/drills -->/;

/** The page with this table in its place. */
export const intoPage = (page: string, table: string): string =>
  page.replace(block, () => `<!-- drills -->\n${table}\n<!-- /drills -->`);
