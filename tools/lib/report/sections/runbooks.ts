import { everyAlert } from '../../../../constructs/observability/every-alert';
import type { Runbook } from '../../runbook/runbook';
import { resourcesOf } from '../../stack-json';
import type { ReportData, Section } from '../data';
import { code, day, html, mark, type Part } from '../html';
import { table } from '../table';

const order = { high: 0, medium: 1, low: 2 } as const;

/** The worst situations first, with the day of the last drill and what it measured. */
export function runbooks(data: ReportData): Section {
  const callers = callersByRunbook(data);
  const sorted = [...data.runbooks].sort(
    (a, b) => order[a.severity] - order[b.severity] || a.name.localeCompare(b.name),
  );
  return {
    id: 'runbooks',
    title: 'Runbooks',
    lead: html`Files of runbooks/, the worst situations first. <code>npm run runbook</code> shows and runs them.`,
    body: table({
      caption: 'Runbooks',
      columns: [
        'runbook',
        'situation',
        'severity',
        'risk',
        'occasion',
        'last drill',
        'well again after',
        'who sends people here',
      ],
      rows: sorted.map((runbook) => ({
        id: `runbook-${runbook.name}`,
        cells: [
          code(runbook.name),
          runbook.title,
          runbook.severity === 'high' ? mark('bad', 'high') : runbook.severity,
          runbook.risk,
          runbook.occasion,
          lastDrill(runbook),
          runbook.measured?.rto ?? 'not measured',
          callersOf(runbook, callers),
        ],
      })),
    }),
  };
}

function lastDrill({ lastDrill: last, drill }: Runbook): Part {
  if (last !== 'never') return day(last);
  return drill === 'aws' ? 'never: on AWS only' : mark('fair', 'never');
}

function callersOf({ name, occasion }: Runbook, callers: Callers): string {
  const { alerts = new Set(), environments = new Set() } = callers.get(name) ?? {};
  const all = [...alerts, ...(environments.size > 0 ? [`AWS in ${[...environments].join(', ')}`] : [])];
  return all.join(', ') || (occasion === 'alert' ? 'nothing that is switched on' : 'people');
}

type Callers = ReadonlyMap<
  string,
  { readonly alerts: ReadonlySet<string>; readonly environments: ReadonlySet<string> }
>;

/** Alerts of Prometheus by name, and environments and accounts whose alarms, events or mails of AWS name a runbook. */
function callersByRunbook({ stacks }: ReportData): Callers {
  const callers = new Map<string, { alerts: Set<string>; environments: Set<string> }>();
  const of = (runbook: string) => {
    const known = callers.get(runbook) ?? { alerts: new Set(), environments: new Set() };
    callers.set(runbook, known);
    return known;
  };
  for (const { name, runbook } of everyAlert.flatMap(({ alerts }) => alerts)) of(runbook).alerts.add(name);
  for (const { environment, json } of stacks) {
    const ofAws = resourcesOf(json).filter(({ type }) => type.startsWith('aws_'));
    for (const [, runbook = ''] of JSON.stringify(ofAws).matchAll(/runbooks\/([a-z0-9-]+)\.md/g)) {
      of(runbook).environments.add(environment);
    }
  }
  return callers;
}
