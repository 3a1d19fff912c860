/** The example in docs/plan.md and its page are what the reports make of one plan: `npm run golden` rewrites them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Plan } from '../../../tools/lib/plan/model';
import { htmlReport } from '../../../tools/lib/plan/report-html';
import { textReport } from '../../../tools/lib/plan/report-text';
import { updateMode } from '../../support/golden';
import example from './example-plan.json';

const plan = example as unknown as Plan;
const [begin, end] = ['<!-- example: begin (generated) -->', '<!-- example: end -->'] as const;

test('docs/plan.md shows the report as it is', () => {
  const page = 'docs/plan.md';
  const text = readFileSync(page, 'utf8');
  const given = text.slice(text.indexOf(begin), text.indexOf(end) + end.length);
  const rendered = [begin, '', '```text', stripVTControlCharacters(textReport(plan)), '```', '', end].join(
    '\n',
  );
  if (updateMode() === 'all')
    writeFileSync(
      page,
      text.replace(given, () => rendered),
    );
  else expect(given).toBe(rendered);
});

test('docs/pictures/plan.html is the page as it is', () => {
  const page = 'docs/pictures/plan.html';
  if (updateMode() === 'all') writeFileSync(page, htmlReport(plan));
  else expect(readFileSync(page, 'utf8')).toBe(htmlReport(plan));
});
