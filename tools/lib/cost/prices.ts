/**
 * What AWS charges, in US dollars without tax, on demand. Dated and sourced row by row; what no source confirms for a
 * region carries `confirmed: false` wherever it is shown. To correct a row, change it and its source here: figures in
 * the documentation follow with `npm run golden`.
 */
import type { PricedRegion } from './regions';
import { type PriceSourceName, priceSources } from './sources';

export const units = {
  hour: 'hour',
  gbMonth: 'GB-month',
  gb: 'GB',
  month: 'month',
  million: 'million',
  tenThousand: '10,000',
  thousand: '1,000',
  vcpuHour: 'vCPU-hour',
  gbSecond: 'GB-second',
} as const;
export type Unit = keyof typeof units;

interface Row {
  readonly unit: Unit;
  readonly usd: Readonly<Record<PricedRegion, number>>;
  readonly source: PriceSourceName;
}

/** Prices in the order of `pricedRegions`: us-east-1, eu-west-1, eu-central-1. */
const row = (
  unit: Unit,
  [virginia, ireland, frankfurt]: readonly [number, number, number],
  source: PriceSourceName = 'remembered',
): Row => ({ unit, usd: { 'us-east-1': virginia, 'eu-west-1': ireland, 'eu-central-1': frankfurt }, source });

/** The same everywhere. */
const flat = (unit: Unit, usd: number, source: PriceSourceName = 'remembered'): Row =>
  row(unit, [usd, usd, usd], source);

const rows = {
  'eks.cluster': flat('hour', 0.1, 'eks'),
  'eks.cluster.extended': flat('hour', 0.6, 'eks'),

  'ec2.t3.medium': row('hour', [0.0416, 0.0456, 0.048], 'karpenter'),
  'ec2.t3.large': row('hour', [0.0832, 0.0912, 0.096], 'karpenter'),
  'ec2.t4g.nano': row('hour', [0.0042, 0.0046, 0.0048], 'karpenter'),
  'ec2.t4g.micro': row('hour', [0.0084, 0.0092, 0.0096], 'karpenter'),
  'ec2.t4g.small': row('hour', [0.0168, 0.0184, 0.0192], 'burstableBill'),
  'ec2.t4g.medium': row('hour', [0.0336, 0.0368, 0.0384], 'burstableBill'),
  'ec2.t4g.large': row('hour', [0.0672, 0.0736, 0.0768], 'karpenter'),
  'ec2.t4g.xlarge': row('hour', [0.1344, 0.1472, 0.1536], 'karpenter'),
  'ec2.m7g.large': row('hour', [0.0816, 0.0911, 0.0976], 'karpenter'),
  'ec2.m7g.xlarge': row('hour', [0.1632, 0.1822, 0.1952], 'karpenter'),
  'ec2.m7g.2xlarge': row('hour', [0.3264, 0.3644, 0.3904], 'karpenter'),
  'ec2.m7i.large': row('hour', [0.1008, 0.1124, 0.1208], 'karpenter'),
  'ec2.m7i.xlarge': row('hour', [0.2016, 0.2247, 0.2415], 'karpenter'),
  'ec2.m6i.xlarge': row('hour', [0.192, 0.214, 0.23], 'karpenter'),
  'ec2.m6i.large': row('hour', [0.096, 0.107, 0.115], 'karpenter'),
  'ec2.detailed-metrics': flat('month', 2.1),
  'ebs.gp3': row('gbMonth', [0.08, 0.088, 0.0952]),
  'ebs.snapshot': row('gbMonth', [0.05, 0.05, 0.054]),
  'ec2.public-ipv4': flat('hour', 0.005),

  // PostgreSQL, one zone. A standby costs as much again.
  'rds.db.t3.medium': row('hour', [0.072, 0.078, 0.082]),
  'rds.db.t4g.medium': row('hour', [0.065, 0.07, 0.075]),
  'rds.db.t4g.large': row('hour', [0.129, 0.141, 0.15]),
  'rds.db.m7g.large': row('hour', [0.168, 0.187, 0.201]),
  'rds.db.m7g.xlarge': row('hour', [0.337, 0.374, 0.402]),
  'rds.storage.gp3': row('gbMonth', [0.115, 0.127, 0.137]),
  'rds.backup': row('gbMonth', [0.095, 0.095, 0.095], 'infracost'),
  'rds.insights.advanced': flat('vcpuHour', 0.0125),
  'rds.proxy': row('vcpuHour', [0.015, 0.0165, 0.018]),

  // Valkey costs four fifths of Redis OSS.
  'valkey.cache.t4g.micro': row('hour', [0.0128, 0.0136, 0.0144]),
  'valkey.cache.t4g.small': row('hour', [0.0256, 0.0272, 0.0288]),
  'valkey.cache.m7g.large': row('hour', [0.1264, 0.14, 0.1496]),
  'redis.cache.t3.micro': row('hour', [0.017, 0.018, 0.019]),
  'cache.backup': flat('gbMonth', 0.085, 'infracost'),

  'nat.hour': row('hour', [0.045, 0.048, 0.052], 'natPriceList'),
  'nat.gb': row('gb', [0.045, 0.048, 0.052], 'natPriceList'),
  'endpoint.hour': row('hour', [0.01, 0.011, 0.012], 'infracost'),
  'endpoint.gb': flat('gb', 0.01, 'infracost'),
  'alb.hour': row('hour', [0.0225, 0.0252, 0.027], 'infracost'),
  'alb.capacity': flat('hour', 0.008, 'infracost'),
  'transfer.internet': flat('gb', 0.09),
  /** Between zones, both directions. */
  'transfer.zones': flat('gb', 0.02, 'infracost'),
  'transfer.regions': flat('gb', 0.02),
  'route53.health-check': flat('month', 0.5, 'infracost'),
  'route53.zone': flat('month', 0.5),

  's3.standard': row('gbMonth', [0.023, 0.023, 0.0245]),
  'ecr.storage': flat('gbMonth', 0.1, 'infracost'),
  'kms.key': flat('month', 1, 'infracost'),
  'kms.requests': flat('tenThousand', 0.03, 'infracost'),
  'secrets.secret': flat('month', 0.4, 'infracost'),
  'logs.ingest': row('gb', [0.5, 0.57, 0.63], 'infracost'),
  'logs.storage': row('gbMonth', [0.03, 0.03, 0.0324], 'infracost'),
  'cloudwatch.alarm': flat('month', 0.1),
  'cloudwatch.metric': flat('month', 0.3),
  'cloudwatch.requests': flat('thousand', 0.01),
  'lambda.seconds': flat('gbSecond', 0.0000133334),
  'lambda.requests': flat('million', 0.2),
  'backup.eks': row('gbMonth', [0.05, 0.05, 0.054]),
  'config.items': flat('thousand', 3, 'infracost'),
  'guardduty.events': row('million', [4, 4.4, 4.6]),
  'guardduty.flow': row('gb', [1, 1.1, 1.15]),
  'guardduty.runtime': row('month', [1.5, 1.65, 1.73]),
  'securityhub.checks': flat('thousand', 1),
  'inspector.image': row('month', [0.09, 0.09, 0.1]),
  'inspector.instance': row('month', [1.26, 1.26, 1.4]),
} satisfies Record<string, Row>;

export type PriceId = keyof typeof rows;

export interface Price {
  readonly id: PriceId;
  readonly unit: Unit;
  /** US dollars for one unit. */
  readonly usd: number;
  /** Whether a named source states it for this region. */
  readonly confirmed: boolean;
  readonly source: string;
  /** Its name in sources.ts. */
  readonly sourceName: PriceSourceName;
  readonly asOf: string;
}

export const isPriceId = (id: string): id is PriceId => id in rows;

export function price(id: PriceId, region: PricedRegion): Price {
  const { unit, usd, source: name } = rows[id];
  const source = priceSources[name];
  return {
    id,
    unit,
    usd: usd[region],
    confirmed: (source.confirms as readonly string[]).includes(region),
    source: source.what,
    sourceName: name,
    asOf: source.asOf,
  };
}

/** Every row, for tests and for the page. */
export const priceIds = Object.keys(rows) as PriceId[];
