/**
 * What an environment is assumed to use in a month: AWS charges for it, and nothing that is synthesised says how much it
 * will be. Replace these by what your bill says: they are assumptions, and are printed beside every estimate.
 */
import type { AwsEnvironment } from '../../../environments/schema';

/** Hours of an average month, as AWS's own calculator counts them. */
export const hoursPerMonth = 730;

/** Share of the price on demand that spot nodes save; it moves with the market, and AWS promises none. */
export const spotShare = 0.6;

export interface Usage {
  /** GB that leave for the Internet through the load balancer; AWS gives the account's first 100 away, which isn't counted here. */
  readonly internetGb: number;
  /** GB through the NAT gateways: images, updates, other people's APIs. */
  readonly natGb: number;
  /** GB between zones, counted once. */
  readonly zonesGb: number;
  /** GB through the interface endpoints. */
  readonly endpointGb: number;
  /** Load balancer capacity units that are in use on average; one carries 25 new connections a second or 1 GB an hour. */
  readonly balancerUnits: number;
  /** GB of logs that CloudWatch takes in, by the kind of their group. */
  readonly logGb: { readonly flow: number; readonly controlPlane: number; readonly other: number };
  /** GB in each bucket, on average. */
  readonly bucketGb: number;
  /** Requests to KMS, in ten thousands. */
  readonly kmsTenThousands: number;
  /** Share of the database's storage that changes in a day: what each backup after the first holds. */
  readonly dailyChange: number;
  /** Nodes that Karpenter adds to the node group's least, on average. */
  readonly extraNodes: number;
  /** Calls of each function a month; each takes about a second. */
  readonly functionCalls: number;
}

const usageByTier: Readonly<Record<AwsEnvironment['tier'], Usage>> = {
  development: {
    internetGb: 10,
    natGb: 50,
    zonesGb: 20,
    endpointGb: 0,
    balancerUnits: 0.1,
    logGb: { flow: 1, controlPlane: 5, other: 0.1 },
    bucketGb: 2,
    kmsTenThousands: 5,
    dailyChange: 0.01,
    extraNodes: 0,
    functionCalls: 1_000,
  },
  staging: {
    internetGb: 50,
    natGb: 100,
    zonesGb: 200,
    endpointGb: 50,
    balancerUnits: 0.5,
    logGb: { flow: 5, controlPlane: 10, other: 0.2 },
    bucketGb: 10,
    kmsTenThousands: 20,
    dailyChange: 0.02,
    extraNodes: 0,
    functionCalls: 5_000,
  },
  production: {
    internetGb: 1_000,
    natGb: 300,
    zonesGb: 1_500,
    endpointGb: 300,
    balancerUnits: 3,
    logGb: { flow: 30, controlPlane: 30, other: 0.5 },
    bucketGb: 100,
    kmsTenThousands: 100,
    dailyChange: 0.03,
    extraNodes: 1,
    functionCalls: 20_000,
  },
};

/** What stands by answers nobody: only a database follows another one. */
const standingBy: Usage = {
  internetGb: 0,
  natGb: 0,
  zonesGb: 0,
  endpointGb: 0,
  balancerUnits: 0,
  logGb: { flow: 0.1, controlPlane: 0, other: 0.1 },
  bucketGb: 0,
  kmsTenThousands: 5,
  dailyChange: 0,
  extraNodes: 0,
  functionCalls: 0,
};

export const usageOf = (tier: AwsEnvironment['tier'], recovery?: AwsEnvironment['recovery']): Usage =>
  recovery?.role === 'standby' ? standingBy : usageByTier[tier];

/** What the account as a whole uses: bootstrap's trail, records and checks. */
export const accountUsage = {
  /** Records of AWS Config. */
  configItems: 5_000,
  /** Millions of events that GuardDuty looks at. */
  guardDutyMillions: 2,
  /** GB of flow and DNS logs that GuardDuty looks at. */
  guardDutyGb: 40,
  /** Virtual processors that GuardDuty's agents run on, where they are on. */
  agentProcessors: 12,
  /** Checks of Security Hub, in thousands. */
  checkThousands: 30,
  /** Images and instances that Inspector scans. */
  images: 30,
  instances: 4,
  /** GB of images and of each bucket of records. */
  imageGb: 10,
  bucketGb: 20,
  logGb: 5,
} as const;
