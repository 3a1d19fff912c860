import type { AlertGroup } from '../../constructs/observability/alert';

/** The alerts as docs/observability.md shows them: what each means, for whom, and what to do. */
export const alertsTable = (groups: readonly AlertGroup[]): string =>
  [
    '| alert | severity | after | meaning | runbook |',
    '|---|---|---|---|---|',
    ...groups
      .flatMap(({ alerts }) => alerts)
      .map(
        ({ name, labels, severity, for: hold, description, runbook }) =>
          `| \`${name}\`${labels?.slo ? ` ${labels.slo}, ${labels.window}` : ''} | ${severity} | ${hold} | ${description} | [${runbook}](../runbooks/${runbook}.md) |`,
      ),
  ].join('\n');
