import { isOverBudget, verdict } from '../../cost/report';
import type { ReportData, Section } from '../data';
import { html, type Part } from '../html';

/** What a person should act on, from all sections; says so where there is nothing. */
export function attention(data: ReportData): Section {
  const all = points(data);
  return {
    id: 'attention',
    title: 'What wants attention',
    lead:
      all.length > 0
        ? 'From all sections, for whoever has a minute.'
        : 'Nothing: no warning of the synthesis, no budget that is exceeded, no gate that fails.',
    body: all.length > 0 ? html`<ul>${all.map((point) => html`<li>${point}</li>\n`)}</ul>` : undefined,
  };
}

function points({ warnings, estimates, gates, runbooks }: ReportData): Part[] {
  const failing = gates.reduce((sum, { fail }) => sum + fail, 0);
  const undrilled = runbooks.filter(
    ({ lastDrill, drill }) => lastDrill === 'never' && drill === 'local',
  ).length;
  const uncounted = estimates.reduce((sum, { estimate }) => sum + estimate.unknown.length, 0);
  return [
    ...warnings,
    ...estimates.filter(isOverBudget).map((one) => `${one.estimate.name} is ${verdict(one)}`),
    ...(uncounted > 0
      ? [html`${count(uncounted, 'resource has', 'resources have')} no price: <a href="#cost">cost</a>`]
      : []),
    ...(failing > 0 ? [html`${count(failing, 'gate fails', 'gates fail')}: <a href="#gates">gates</a>`] : []),
    ...(undrilled > 0
      ? [
          html`${count(undrilled, 'runbook was', 'runbooks were')} never drilled, and could be: <a href="#runbooks">runbooks</a>`,
        ]
      : []),
  ];
}

const count = (number: number, one: string, several: string): string =>
  `${number} ${number === 1 ? one : several}`;
