import type { GateResult, ReportData, Section } from '../data';
import { code, joined, mark } from '../html';
import { table } from '../table';

const titles = ['evaluators', 'pass', 'fail', 'waived', 'not applicable'] as const;

/** What frameworks ask of the stacks, and what fails. */
export function gates({ gates: results }: Pick<ReportData, 'gates'>): Section {
  const failing = results.flatMap((result) => result.failing.map((gate) => ({ result, gate })));
  return {
    id: 'gates',
    title: 'Gates',
    lead: 'Controls of frameworks, asked of what Terraform gets. A gate is one control and one evaluator, which is a distinct question; several gates may ask the same, so gates of frameworks do not add up.',
    body: [
      table({
        caption: 'Gates by framework',
        columns: ['framework', 'environment', ...titles.map((title) => ({ title, numeric: true }))],
        rows: results.map((result) => ({
          cells: [
            result.framework,
            result.environment,
            result.evaluators,
            result.pass,
            result.fail > 0 ? mark('bad', String(result.fail)) : 0,
            result.waived,
            result.notApplicable,
          ],
        })),
      }),
      table({
        caption: 'Failing gates',
        columns: ['gate', 'framework', 'environment', 'severity', 'what should hold', 'remedy', 'resources'],
        rows: failing.map(({ result, gate }) => ({ cells: failure(result, gate) })),
      }),
    ],
  };
}

const failure = (
  { framework, environment }: GateResult,
  { gate, severity, title, remedy, resources }: GateResult['failing'][number],
) => [code(gate), framework, environment, severity, title, remedy, joined(resources.map(code))];
