import { z } from 'zod';
import { cidr, logRetentionDays } from './values';

/** What both kinds of VPC have. */
const shared = {
  /**
   * Range that is kept for this environment's VPC in a second region, /16 to /20, RFC 1918: nothing else may overlap with it.
   * An environment in `recoveryRegion` takes it by having exactly this `network.cidr`. Costs nothing. Default: none.
   */
  recoveryCidr: cidr.optional(),
  /**
   * Where the flow logs go. cloudwatch: searched at once, about 0.50 USD per GB. s3: about half of that, less still to
   * keep; searched with Athena. Changing it destroys what the other place holds. Default: cloudwatch.
   */
  flowLogDestination: z.enum(['cloudwatch', 's3']).default('cloudwatch'),
  /** Days that flow logs are kept. Lowering it deletes what is older. */
  flowLogRetentionDays: logRetentionDays,
  /**
   * Interface endpoints for AWS's APIs: about 7 USD a month each per zone, against NAT traffic. In an existing VPC only
   * where nobody else has made them: AWS refuses a second one of the same private name. Default: false.
   */
  interfaceEndpoints: z.boolean().default(false),
};

/** A VPC that Holdfast makes. */
export const managedNetworkSchema = z.strictObject({
  /** /16 to /20, RFC 1918; must not overlap with any other environment. Changing it replaces the VPC. */
  cidr,
  /** Availability zones, two or three; databases need at least two. Changing them replaces subnets. */
  zones: z
    .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-f]$/, 'must be a zone such as eu-west-1a'))
    .min(2)
    .max(3),
  /** per-zone survives the loss of a zone; single is cheap; none leaves only the VPC endpoints. */
  nat: z.enum(['per-zone', 'single', 'none']),
  ...shared,
  /** Only of the other kind of network, below. */
  existing: z.undefined().optional(),
});

const subnetIds = z
  .array(z.string().regex(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, 'must be the id of a subnet'))
  .min(2)
  .max(6);
const ofTheVpc = (what: string) =>
  z.undefined({ error: `must be left out: ${what} of network.existing are what they are` }).optional();

/**
 * A VPC that is there already and stays somebody else's: a landing zone's, for instance. Its subnets, routes, gateways and
 * default security group are left alone; docs/existing-vpc.md says what is made in it.
 */
export const existingNetworkSchema = z.strictObject({
  /** Which VPC, and what of it Holdfast looks after. */
  existing: z.strictObject({
    /** Changing it, or a list of subnets, replaces what lies in them, data included. */
    vpcId: z.string().regex(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, 'must be the id of a VPC'),
    /** The VPC's range that holds the database subnets. Must not overlap with any other environment. */
    cidr,
    /** Further ranges of the VPC, such as 100.64.0.0/16 for pods. Default: none. */
    otherCidrs: z.array(cidr).max(4).default([]),
    /** Load balancers: one per zone, /27 or larger, with a route to an internet gateway. */
    publicSubnetIds: subnetIds,
    /** Nodes and pods, which get an address each: one per zone, /24 or larger. */
    privateSubnetIds: subnetIds,
    /** Databases and caches: one per zone, /28 or larger, without a route to the internet. */
    databaseSubnetIds: subnetIds,
    /**
     * Route tables of the private subnets that a gateway endpoint for S3 is put into; a VPC has one such endpoint for a
     * table, so leave out those that have it. Default: none.
     */
    s3RouteTableIds: z
      .array(z.string().regex(/^rtb-([0-9a-f]{8}|[0-9a-f]{17})$/, 'must be the id of a route table'))
      .max(12)
      .default([]),
    /**
     * The tags by which load balancers, and nodes of Karpenter, find their subnets. adopted: they are there, or the account
     * may not tag, as with subnets that another account shares. Default: managed.
     */
    subnetTags: z.enum(['managed', 'adopted']).default('managed'),
    /**
     * Flow logs of the whole VPC. adopted: somebody else keeps them, and flowLogRetentionDays means nothing.
     * Default: managed.
     */
    flowLogs: z.enum(['managed', 'adopted']).default('managed'),
    /**
     * The network ACL around the database subnets. managed takes the subnets out of the ACL that they have now; when it goes
     * they fall to the VPC's default ACL, not to their old one. Default: adopted.
     */
    databaseFirewall: z.enum(['managed', 'adopted']).default('adopted'),
  }),
  ...shared,
  /** Only of the other kind of network, above, as are zones and nat. */
  cidr: ofTheVpc('the ranges'),
  /** As cidr. */
  zones: ofTheVpc('the zones'),
  /** As cidr. */
  nat: ofTheVpc('the routes'),
});

export const networkSchema = z.union([managedNetworkSchema, existingNetworkSchema]);

const dnsName = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'must be a domain name in lower case such as example.com',
  );

/** Zones of an account: environments name one of them. */
export const zoneSchema = z.strictObject({
  /** Of a public zone of Route 53. Changing it makes another zone, with other name servers. */
  name: dnsName,
  /** managed: bootstrap makes it, 0.50 USD a month. adopted: the account has it already. */
  ownership: z.enum(['managed', 'adopted']),
});

/** block: refuses what a rule finds. count: only reports it, to see what it would refuse. off: not there. */
const ruleGroup = z.enum(['block', 'count', 'off']);

/** About 5 USD a month, 1 for each rule or group, and 0.60 per million requests. */
const firewallSchema = z.strictObject({
  /** Requests that one address may send in five minutes, to all routes together; more are refused. Default: 10,000. */
  requestsPerFiveMinutes: z.number().int().min(10).max(2_000_000_000).default(10_000),
  /** What everybody sends who looks for holes. Default: block. */
  common: ruleGroup.default('block'),
  /** Requests that are known to exploit something. Default: block. */
  knownBadInputs: ruleGroup.default('block'),
  /** Addresses that AWS knows as bots and attackers. Default: block. */
  ipReputation: ruleGroup.default('block'),
  /** SQL where none belongs. The service binds every parameter, so it is a second line, with false alarms. Default: off. */
  sqlInjection: ruleGroup.default('off'),
  /** Refused and counted requests are logged. Default: 30. */
  logRetentionDays: logRetentionDays.default(30),
});

/** The name that an environment answers to. Costs below are a month's. */
export const domainSchema = z.strictObject({
  /** Such as dev.example.com; no other environment has it. Changing it makes another certificate, the new one first. */
  name: dnsName,
  /** Zone of the account (accounts.ts) that `name` lies in. */
  zone: dnsName,
  /**
   * Whether the world asks the zone's name servers: set it once `dig NS <zone>` shows them. Certificate, web application
   * firewall and listeners exist only then; before, AWS would wait for a validation that can't happen (docs/domain.md).
   */
  delegated: z.boolean(),
  /** Whether the certificate holds for every name one level below, too: `*.dev.example.com`. Default: false. */
  wildcard: z.boolean().default(false),
  /** Further names of the certificate, in the same zone. Changing them makes another certificate. Default: none. */
  alternativeNames: z.array(dnsName).max(8).default([]),
  /** The web application firewall in front of the listeners. */
  firewall: firewallSchema.prefault({}),
});
