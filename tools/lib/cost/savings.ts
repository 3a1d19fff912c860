/**
 * What other ways of paying would save on an estimate. The shares are what AWS commonly gives, confirmed by no source:
 * they show where to look, and in which order. They do not add up: one node is either spot or under a plan.
 */
import type { Estimate, Line } from './estimate';
import { total } from './estimate';
import { isPriceId, type PriceId, price } from './prices';
import { isPriced } from './regions';
import { spotShare } from './usage';

export interface Saving {
  readonly name: string;
  /** US dollars a month that it is taken off. */
  readonly of: number;
  /** US dollars a month. Negative: what has been saved already. */
  readonly usd: number;
  readonly why: string;
}

/** Share of the price on demand that is saved. */
const shares = {
  savingsPlan: 0.27,
  reservedDatabase: 0.3,
  reservedCache: 0.3,
} as const;

/** What is on spot saves that already, and no plan covers it. */
const isOnDemand = ({ what }: Line): boolean => !what.endsWith('spot');
const isNode = (line: Line): boolean =>
  line.price.startsWith('ec2.') && line.type === 'aws_eks_node_group' && isOnDemand(line);

export function savings({ lines, region }: Estimate): Saving[] {
  const nodes = lines.filter(isNode);
  const compute = lines.filter((line) => /^ec2\.[a-z]+\d/.test(line.price) && isOnDemand(line));
  const databases = lines.filter(({ price: id }) => id.startsWith('rds.db.'));
  const caches = lines.filter(({ price: id }) => /^(valkey|redis)\./.test(id));
  const share = (name: string, of: readonly Line[], part: number, why: string): Saving => ({
    name,
    of: total(of),
    usd: total(of) * part,
    why,
  });
  return [
    share(
      'spot nodes',
      nodes,
      spotShare,
      'for what may go with two minutes’ notice; the prices move with the market',
    ),
    share(
      'compute savings plan',
      compute,
      shares.savingsPlan,
      'one year, nothing upfront; for what runs all year',
    ),
    share(
      'reserved databases',
      databases,
      shares.reservedDatabase,
      'one year, nothing upfront, of the class and the zones in use',
    ),
    share('reserved cache nodes', caches, shares.reservedCache, 'one year, nothing upfront'),
    graviton(
      lines.filter((line) => twinOf(line.price) !== undefined && isOnDemand(line)),
      region,
    ),
  ].filter(({ of }) => of > 0);
}

/** The type of the other architecture that is as large. */
const twins: readonly (readonly [string, string])[] = [
  ['ec2.t4g.medium', 'ec2.t3.medium'],
  ['ec2.t4g.large', 'ec2.t3.large'],
  ['ec2.m7g.large', 'ec2.m7i.large'],
  ['ec2.m7g.xlarge', 'ec2.m7i.xlarge'],
  ['rds.db.t4g.medium', 'rds.db.t3.medium'],
];

function twinOf(id: PriceId): PriceId | undefined {
  const pair = twins.find((both) => both.includes(id));
  const other = pair?.find((one) => one !== id);
  return other && isPriceId(other) ? other : undefined;
}

/** What arm64 saves where the table knows both; below zero where it is in use already. */
function graviton(lines: readonly Line[], region: string): Saving {
  const difference = lines.reduce((sum, { price: id, usd, usdPerUnit }) => {
    const twin = twinOf(id);
    if (!twin || !isPriced(region)) return sum;
    return sum + (usd - (usd / usdPerUnit) * price(twin, region).usd);
  }, 0);
  return {
    name: difference < 0 ? 'Graviton, in use' : 'Graviton',
    of: total(lines),
    usd: difference,
    why:
      difference < 0
        ? 'what the same on x86_64 would cost more; nothing left to do'
        : 'the same on arm64, which the image is built for as well',
  };
}
