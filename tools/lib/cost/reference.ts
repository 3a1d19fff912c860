/**
 * The configuration that the platform which Holdfast succeeds quoted at about 580 US dollars a month, priced by this
 * table: three t3.large nodes, db.t3.medium in two zones, cache.t3.micro, a load balancer, 1 TB to the Internet, logs and
 * monitoring, in us-east-1. docs/cost.md explains the differences line by line.
 */
import { allMonth, type Charge, monthly } from './charge';
import { type PriceId, price } from './prices';
import { hoursPerMonth } from './usage';

/** US dollars a month, as it was quoted. */
export const quotedUsd = 580;

export interface ReferenceLine {
  readonly what: string;
  readonly charges: readonly Charge[];
  /** Whether the quote names it. What it doesn't name, an account is charged for all the same. */
  readonly quoted: boolean;
  readonly note: string;
}

export const referenceLines: readonly ReferenceLine[] = [
  {
    what: 'EKS control plane',
    charges: [allMonth('control plane', 'eks.cluster')],
    quoted: true,
    note: 'no cluster without it',
  },
  {
    what: '3 × t3.large nodes',
    charges: [allMonth('nodes', 'ec2.t3.large', 3)],
    quoted: true,
    note: 'on demand',
  },
  {
    what: 'db.t3.medium, Multi-AZ',
    charges: [
      allMonth('database', 'rds.db.t3.medium', 2),
      monthly('100 GiB, two zones', 'rds.storage.gp3', 200),
    ],
    quoted: true,
    note: 'the quote names no storage; 100 GiB are assumed',
  },
  {
    what: 'cache.t3.micro',
    charges: [allMonth('cache', 'redis.cache.t3.micro')],
    quoted: true,
    note: 'Redis OSS; Valkey costs a fifth less',
  },
  {
    what: 'load balancer',
    charges: [allMonth('balancer', 'alb.hour'), monthly('one capacity unit', 'alb.capacity', hoursPerMonth)],
    quoted: true,
    note: 'one capacity unit on average',
  },
  {
    what: '1 TB to the Internet',
    charges: [monthly('data', 'transfer.internet', 1_000 - 100)],
    quoted: true,
    note: 'the account’s first 100 GB are free',
  },
  {
    what: 'logs and monitoring',
    charges: [
      monthly('20 GB taken in', 'logs.ingest', 20),
      monthly('kept', 'logs.storage', 20),
      monthly('alarms', 'cloudwatch.alarm', 30),
    ],
    quoted: true,
    note: '20 GB of logs, 30 alarms are assumed; the quote names no amounts',
  },
  {
    what: '3 NAT gateways',
    charges: [allMonth('gateways', 'nat.hour', 3), monthly('data', 'nat.gb', 100)],
    quoted: false,
    note: 'one per zone, as in production; the quote leaves them out',
  },
  {
    what: 'disks of the nodes',
    charges: [monthly('3 × 50 GiB', 'ebs.gp3', 150)],
    quoted: false,
    note: 'the quote leaves them out',
  },
  {
    what: 'public addresses',
    charges: [allMonth('addresses', 'ec2.public-ipv4', 6)],
    quoted: false,
    note: 'charged since February 2024, of gateways and balancer',
  },
];

export interface ReferenceRow extends ReferenceLine {
  readonly usd: number;
  readonly confirmed: boolean;
}

export const referenceRows = (): ReferenceRow[] =>
  referenceLines.map((line) => {
    const priced = line.charges.map(({ price: id, quantity }) => ({ quantity, ...regional(id) }));
    return {
      ...line,
      usd: priced.reduce((sum, { usd, quantity }) => sum + usd * quantity, 0),
      confirmed: priced.every(({ confirmed }) => confirmed),
    };
  });

const regional = (id: PriceId) => price(id, 'us-east-1');
