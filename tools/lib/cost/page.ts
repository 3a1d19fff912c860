/** The generated parts of docs/cost.md: figures, prices and assumptions, from the same code as the command. */
import { type AwsDeployment, isAws } from '../../../environments/load';
import { sumsBy } from './estimate';
import { price, priceIds, units } from './prices';
import { quotedUsd, referenceRows } from './reference';
import { pricedRegions } from './regions';
import { type Budgeted, usd } from './report';
import { savings } from './savings';
import { priceSources } from './sources';
import { accountUsage, type Usage, usageOf } from './usage';

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const grid = (
  header: readonly string[],
  right: readonly number[],
  rows: readonly (readonly string[])[],
): string =>
  [
    row(header),
    row(header.map((_, column) => (right.includes(column) ? '--:' : '---'))),
    ...rows.map(row),
  ].join('\n');

const whole = (amount: number): string => Math.round(amount).toLocaleString('en-US');
const percent = (part: number, of: number): string => `${of === 0 ? 0 : Math.round((part / of) * 100)} %`;

/** Replaces each generated part between its markers. Throws where the page has lost one. */
export function costPage(
  page: string,
  estimates: readonly Budgeted[],
  deployments: readonly AwsDeployment[],
): string {
  const parts: Record<string, string> = {
    estimates: estimatesTable(estimates),
    savings: savingsTable(estimates),
    reference: referenceTable(),
    assumptions: assumptionsTable(deployments),
    prices: pricesTable(),
    sources: sourcesTable(),
  };
  return Object.entries(parts).reduce((text, [name, part]) => {
    const marker = new RegExp(`(<!-- ${name}: begin \\(generated\\) -->\\n).*?(<!-- ${name}: end -->)`, 's');
    if (!marker.test(text)) throw new Error(`docs/cost.md has lost the markers of "${name}"`);
    return text.replace(marker, (_all, begin: string, end: string) => `${begin}\n${part}\n\n${end}`);
  }, page);
}

function estimatesTable(estimates: readonly Budgeted[]): string {
  const dearest = (one: Budgeted) =>
    sumsBy(one.estimate.lines, ({ stack }) => stack)
      .slice(0, 4)
      .map(([stack, sum]) => `${stack.replace(`${one.estimate.name}-`, '')} ${whole(sum)}`)
      .join(', ');
  return grid(
    ['', 'region', 'USD a month', 'budget', 'on unconfirmed prices', 'the dearest stacks', 'not counted'],
    [2, 3, 4, 6],
    estimates.map((one) => [
      one.estimate.name,
      one.estimate.region,
      whole(one.estimate.usd),
      one.budgetUsd === undefined ? '–' : whole(one.budgetUsd),
      percent(one.estimate.unconfirmedUsd, one.estimate.usd),
      dearest(one),
      String(one.estimate.unknown.length),
    ]),
  );
}

const savingsTable = (estimates: readonly Budgeted[]): string =>
  grid(
    ['', 'what', 'of', 'saves, USD a month', 'how'],
    [2, 3],
    estimates.flatMap(({ estimate }) =>
      savings(estimate).map(({ name, of, usd: amount, why }) => [
        estimate.name,
        name,
        whole(of),
        whole(amount),
        why,
      ]),
    ),
  );

function referenceTable(): string {
  const rows = referenceRows();
  const sum = (all: typeof rows) => all.reduce((total, one) => total + one.usd, 0);
  const quoted = sum(rows.filter((one) => one.quoted));
  return [
    grid(
      ['what', 'USD a month', 'in the quote', ''],
      [1],
      rows.map((one) => [
        one.what,
        `${usd(one.usd)}${one.confirmed ? '' : ' ?'}`,
        one.quoted ? 'yes' : 'no',
        one.note,
      ]),
    ),
    '',
    `What the quote names comes to ${usd(quoted)} USD here, ${usd(Math.abs(quoted - quotedUsd))} ${quoted < quotedUsd ? 'below' : 'above'} the ${quotedUsd} that were quoted; with what it leaves out, to ${usd(sum(rows))} USD.`,
  ].join('\n');
}

function assumptionsTable(deployments: readonly AwsDeployment[]): string {
  const tiers = [...new Set(deployments.filter(isAws).map(({ environment }) => environment.tier))];
  const shown: readonly (readonly [string, (usage: Usage) => number])[] = [
    ['GB to the Internet', (usage) => usage.internetGb],
    ['GB through NAT gateways', (usage) => usage.natGb],
    ['GB between zones', (usage) => usage.zonesGb],
    ['GB through interface endpoints', (usage) => usage.endpointGb],
    ['GB of flow logs taken in', (usage) => usage.logGb.flow],
    ['GB of control plane logs taken in', (usage) => usage.logGb.controlPlane],
    ['GB of each other log group', (usage) => usage.logGb.other],
    ['GB in each bucket', (usage) => usage.bucketGb],
    ['requests to KMS, in ten thousands', (usage) => usage.kmsTenThousands],
    ['% of the database that changes in a day', (usage) => usage.dailyChange * 100],
    ['nodes beyond the least', (usage) => usage.extraNodes],
    ['calls of each function', (usage) => usage.functionCalls],
  ];
  const account = Object.entries(accountUsage).map(([name, amount]) => `${name} ${amount}`);
  return [
    grid(
      ['in a month', ...tiers],
      tiers.map((_, index) => index + 1),
      shown.map(([name, of]) => [name, ...tiers.map((tier) => of(usageOf(tier)).toLocaleString('en-US'))]),
    ),
    '',
    `Of an account: ${account.join(', ')} (\`tools/lib/cost/usage.ts\`).`,
  ].join('\n');
}

const pricesTable = (): string =>
  grid(
    ['price', 'for each', ...pricedRegions, 'source'],
    pricedRegions.map((_, index) => index + 2),
    priceIds.map((id) => {
      const regional = pricedRegions.map((region) => price(id, region));
      const [first] = regional;
      return [
        `\`${id}\``,
        first ? units[first.unit] : '',
        ...regional.map(({ usd: amount, confirmed }) => `${amount}${confirmed ? '' : ' ?'}`),
        first?.sourceName ?? '',
      ];
    }),
  );

const sourcesTable = (): string =>
  grid(
    ['source', 'read', 'confirms', 'what it is'],
    [],
    Object.entries(priceSources).map(([name, { what, asOf, confirms }]) => [
      name,
      asOf,
      confirms.join(', ') || 'none',
      what,
    ]),
  );
