import { everyAlert } from '../../../../constructs/observability/every-alert';
import { resourcesOf } from '../../stack-json';
import type { ReportData, Section } from '../data';
import { code, type Html, html, mark, type Part } from '../html';
import { table } from '../table';

/** Who is called for what, and where it says what to do. */
export function alerts(data: ReportData): Section {
  return {
    id: 'alerts',
    title: 'Alerts',
    lead: 'Critical calls somebody, at night too; warning waits for the day. Each leads to its runbook.',
    body: [
      table({
        caption: 'Alerts of Prometheus',
        columns: ['alert', 'severity', 'after', 'meaning', 'runbook'],
        rows: everyAlert
          .flatMap(({ alerts: all }) => all)
          .map(({ name, labels, severity, for: hold, description, runbook }) => ({
            cells: [
              [code(name), labels?.slo ? ` ${labels.slo}, ${labels.window}` : ''],
              severity === 'critical' ? mark('bad', severity) : severity,
              hold,
              description,
              runbookLink(runbook),
            ],
          })),
      }),
      table({
        caption: 'Alarms of CloudWatch',
        columns: ['alarm', 'environment', 'meaning', 'runbook'],
        rows: alarms(data).map(({ name, environment, meaning, runbook }) => ({
          cells: [code(name), environment, meaning, runbook ? runbookLink(runbook) : 'none'],
        })),
      }),
    ],
  };
}

export const runbookLink = (name: string): Html => html`<a href="#runbook-${name}">${name}</a>`;

interface Alarm {
  readonly name: string;
  readonly environment: string;
  readonly meaning: Part;
  readonly runbook: string | undefined;
}

/** As they are synthesised: each ends with the runbook that it names. */
export const alarms = ({ stacks }: Pick<ReportData, 'stacks'>): Alarm[] =>
  stacks.flatMap(({ environment, json }) =>
    resourcesOf(json)
      .filter(({ type }) => type === 'aws_cloudwatch_metric_alarm')
      .map(({ values }) => {
        const description = String(values['alarm_description'] ?? '');
        const [meaning = '', runbook] = description.split(/ ?Runbook: runbooks\/([a-z0-9-]+)\.md/);
        return { name: String(values['alarm_name']), environment, meaning, runbook };
      }),
  );
