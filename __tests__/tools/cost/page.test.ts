import { readFileSync, writeFileSync } from 'node:fs';
import { isAws } from '../../../environments/load';
import { everyEstimate } from '../../../tools/lib/cost/cost-command';
import { costPage } from '../../../tools/lib/cost/page';
import { everyStack } from '../../support/every-stack';
import { updateMode } from '../../support/golden';
import { loaded } from '../../support/shipped';

const what = loaded();
const estimates = everyEstimate(what, everyStack);

test('docs/cost.md says what the command says', () => {
  const file = 'docs/cost.md';
  const page = readFileSync(file, 'utf8');
  const made = costPage(page, estimates, what.deployments.filter(isAws));
  if (updateMode() === 'all') writeFileSync(file, made);
  expect(readFileSync(file, 'utf8')).toBe(made);
});

test('no environment costs more than its budget', () => {
  for (const { estimate, budgetUsd } of estimates) {
    expect([estimate.name, estimate.usd <= (budgetUsd ?? Number.POSITIVE_INFINITY)]).toEqual([
      estimate.name,
      true,
    ]);
  }
});

test('everything that is shipped has a price or a reason to cost nothing', () => {
  expect(estimates.flatMap(({ estimate }) => estimate.unknown)).toEqual([]);
});
