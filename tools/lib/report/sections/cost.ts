import { sumsBy } from '../../cost/estimate';
import { amount, type Budgeted, isOverBudget, usd, verdict } from '../../cost/report';
import { savings } from '../../cost/savings';
import type { ReportData, Section } from '../data';
import { code, type Html, html, mark, type Part } from '../html';
import { table } from '../table';

/** Estimates without tax, as `npm run cost` has them. */
export function cost({ estimates }: ReportData): Section {
  return {
    id: 'cost',
    title: 'Cost',
    lead: 'Estimates for a month in US dollars, without tax, at prices on demand. What no named source states is marked as unconfirmed; what is assumed of use is in docs/cost.md.',
    body: [
      table({
        caption: 'Cost and budgets',
        columns: [
          'environment or account',
          'region',
          { title: 'USD a month', numeric: true },
          { title: 'of that unconfirmed', numeric: true },
          'budget',
        ],
        rows: estimates.map((one) => ({
          cells: [
            one.estimate.name,
            one.estimate.region,
            usd(one.estimate.usd),
            usd(one.estimate.unconfirmedUsd),
            budget(one),
          ],
        })),
      }),
      table({
        caption: 'Not counted, because no price is known',
        columns: ['resource', 'stack', 'why'],
        rows: estimates.flatMap(({ estimate }) =>
          estimate.unknown.map(({ stack, address, why }) => ({ cells: [code(address), stack, why] })),
        ),
      }),
      estimates.map(details),
    ],
  };
}

const budget = (one: Budgeted): Part =>
  isOverBudget(one)
    ? mark('bad', verdict(one))
    : one.budgetUsd === undefined
      ? 'none of its own'
      : verdict(one);

function details({ estimate }: Budgeted): Html {
  const { name, lines } = estimate;
  return html`<details class="group"><summary><h3>${name}</h3> <span>${usd(estimate.usd)} USD a month</span></summary>
${table({
  caption: `Cost of ${name} by stack`,
  columns: ['stack', { title: 'USD a month', numeric: true }],
  rows: sumsBy(lines, ({ stack }) => stack).map(([stack, sum]) => ({ cells: [stack, usd(sum)] })),
})}${table({
  caption: `What ${name} could save: ways that do not add up`,
  columns: ['way', { title: 'USD a month', numeric: true }, 'how'],
  rows: savings(estimate).map((saving) => ({ cells: [saving.name, usd(saving.usd), saving.why] })),
})}${table({
  caption: `Cost of ${name} by resource`,
  columns: ['resource', 'stack', 'what', 'quantity', { title: 'USD a month', numeric: true }, 'price'],
  rows: [...lines]
    .sort((a, b) => b.usd - a.usd)
    .map((line) => ({
      cells: [
        code(line.address),
        line.stack,
        line.what,
        amount(line),
        usd(line.usd),
        line.confirmed ? 'confirmed' : 'unconfirmed',
      ],
    })),
})}</details>
`;
}
