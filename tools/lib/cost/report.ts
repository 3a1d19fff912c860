import { paint, table } from '../terminal';
import { type Estimate, type Line, sumsBy } from './estimate';
import { units } from './prices';
import { type Saving, savings } from './savings';

/** An estimate beside what may be spent. */
export interface Budgeted {
  readonly estimate: Estimate;
  readonly budgetUsd?: number;
}

export const usd = (amount: number): string =>
  amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const isOverBudget = ({ estimate, budgetUsd }: Budgeted): boolean =>
  budgetUsd !== undefined && estimate.usd > budgetUsd;

/** One sentence about the budget. */
export function verdict({ estimate, budgetUsd }: Budgeted): string {
  if (budgetUsd === undefined) return 'no budget of its own';
  const part = Math.round((estimate.usd / budgetUsd) * 100);
  return estimate.usd > budgetUsd
    ? `above the budget of ${usd(budgetUsd)} (${part} %)`
    : `${part} % of the budget of ${usd(budgetUsd)}`;
}

const share = ({ usd: all, unconfirmedUsd }: Estimate): number =>
  all === 0 ? 0 : Math.round((unconfirmedUsd / all) * 100);

/** For a terminal: sums by stack, the dearest resources, what is not known, and what could be saved. */
export function renderText(budgeted: Budgeted, every: boolean): string {
  const { estimate } = budgeted;
  const rows = lineRows(estimate, every ? Number.POSITIVE_INFINITY : 12);
  const verdictText = verdict(budgeted);
  return [
    `${paint('bold', `${estimate.name}  ${usd(estimate.usd)} USD a month`)} in ${estimate.region}: ${isOverBudget(budgeted) ? paint('red', verdictText) : verdictText}`,
    `${share(estimate)} % of it rests on prices that no source confirms (marked ?).`,
    '',
    table(
      ['stack', 'USD a month'],
      sumsBy(estimate.lines, ({ stack }) => stack).map(([name, sum]) => [name, usd(sum).padStart(11)]),
    ),
    '',
    table(['USD a month', '', 'resource', 'what', 'quantity'], rows),
    ...(every || estimate.lines.length <= 12 ? [] : [`… and ${estimate.lines.length - 12} more: --all`]),
    ...unknownText(estimate),
    '',
    savingsText(savings(estimate)),
  ].join('\n');
}

const lineRows = (estimate: Estimate, most: number): string[][] =>
  [...estimate.lines]
    .sort((a, b) => b.usd - a.usd)
    .slice(0, most)
    .map((line) => [
      usd(line.usd).padStart(11),
      line.confirmed ? ' ' : '?',
      `${line.stack}/${line.address}`,
      line.what,
      `${amount(line)}`,
    ]);

/** Such as `1,460 × hour`. */
export const amount = ({ quantity, unit }: Line): string =>
  `${Number(quantity.toFixed(2)).toLocaleString('en-US')} × ${units[unit]}`;

const unknownText = ({ unknown }: Estimate): string[] =>
  unknown.length === 0
    ? []
    : [
        '',
        paint('yellow', `${unknown.length} not counted:`),
        ...unknown.map(({ stack, address, why }) => `  ${stack}/${address}: ${why}`),
      ];

const savingsText = (all: readonly Saving[]): string =>
  table(
    ['could save', 'USD a month', 'how'],
    all.map(({ name, usd: amount, why }) => [name, usd(amount).padStart(11), why]),
  );
