import { z } from 'zod';
import {
  type FlagKey,
  type FlagOverrides,
  flagOverrideSchema,
  flags,
  lifecycle,
  logLevels,
  serviceRoleNames,
} from '../app/src/contract';
import {
  domainSchema,
  existingNetworkSchema,
  managedNetworkSchema,
  networkSchema,
  zoneSchema,
} from './network-schema';

/** AWS account ids of the repository as shipped. Plan and apply refuse them. */
export const exampleAccountIds: readonly string[] = ['111111111111', '222222222222'];

const whole = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum);
const cidr = z.cidrv4();
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-west-1');
const days = (minimum: number, maximum: number) => whole(minimum, maximum);
/** What CloudWatch accepts as a retention. */
const logRetentionDays = z.literal([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653,
]);

/**
 * Two to ten lower-case letters and digits, a letter first: short enough that every name made from it fits AWS's
 * limits. `bootstrap` is taken by the account's own stack.
 */
export const environmentName = z
  .string()
  .regex(/^[a-z][a-z0-9]{1,9}$/, 'must be 2 to 10 lower-case letters and digits, a letter first')
  .refine(
    (name) => name !== 'bootstrap',
    'must not be "bootstrap", which is the name of the account’s own stack',
  );

/**
 * Who looks after something that exists once per account and region. `managed`: bootstrap makes it. `adopted`: it is
 * there already and stays somebody else's, an organisation's for instance. `off`: it isn't there. Going from managed to
 * another destroys it (docs/bootstrap.md says how to hand it over instead).
 */
const singleton = z.enum(['managed', 'adopted', 'off']);

/** What watches the account, in its region. Costs are rough, in US dollars a month, for one small environment. */
const securitySchema = z
  .strictObject({
    /** GuardDuty over S3, EKS audit logs, RDS logins and volumes: 15 to 60, by what it reads. Default: managed. */
    guardDuty: singleton.default('managed'),
    /**
     * GuardDuty's agent on every node of every EKS cluster of the account and region: 1.50 a vCPU. It leaves an endpoint
     * and a security group in each VPC, to be deleted by hand before the VPC can be. Default: false.
     */
    runtimeAgents: z.boolean().default(false),
    /** Security Hub with AWS's foundational standard and CIS 3.0: about 10. Needs config. Default: managed. */
    securityHub: singleton.default('managed'),
    /** A trail of every region: the account's first is free, its storage about 2. Default: managed. */
    cloudTrail: singleton.default('managed'),
    /** AWS Config, 0.003 a recorded change: 5 to 30, more where nodes come and go. Default: managed. */
    config: singleton.default('managed'),
    /** What is open to other accounts: free. Default: managed. */
    accessAnalyzer: singleton.default('managed'),
    /** Inspector over the images, 0.09 each and 0.01 a new scan: about 5. Default: managed. */
    inspector: singleton.default('managed'),
    /** Passwords of IAM users as CIS wants them, in place of what is set. Free; of no use without users. Default: off. */
    passwordPolicy: singleton.default('off'),
  })
  .refine((security) => security.securityHub !== 'managed' || security.config !== 'off', {
    path: ['config'],
    message: 'must not be "off" while securityHub is "managed", which checks what Config records',
  })
  .refine((security) => security.guardDuty === 'managed' || !security.runtimeAgents, {
    path: ['runtimeAgents'],
    message: 'must be false unless guardDuty is "managed", which is what installs them',
  });

/** How long the account keeps things. Lowering one deletes what is older, within a day or two. */
const retentionSchema = z.strictObject({
  /** Days that a replaced state can be brought back; its newest twenty versions always can. Default: 90. */
  stateVersionDays: days(30, 3_650).default(90),
  /** Newest tagged images; more than any environment lags behind. Default: 200. */
  imagesKept: whole(10, 10_000).default(200),
  /** Days until an image without a tag goes. Default: 7. */
  untaggedImageDays: days(1, 365).default(7),
  /** Days of CloudTrail's logs. Default: 365. */
  trailDays: days(90, 3_650).default(365),
  /** Days of AWS Config's history. Default: 365. */
  configurationDays: days(30, 2_557).default(365),
});

/** Roles that one repository's workflows assume: one to plan, and one for each environment to deploy it. */
const githubSchema = z.strictObject({
  /**
   * `owner/name`, exactly as the token's sub claim writes it: with the ids of both where the repository has immutable
   * subject claims, as those made since the middle of 2026 have. Changing it hands the roles over.
   */
  repository: z
    .string()
    .regex(/^[\w-]+(@\d+)?\/[\w.-]+(@\d+)?$/, 'must be a repository such as owner/name, without patterns'),
  /** GitHub's identity provider, once per account: adopted where it exists already. Default: managed. */
  provider: z.enum(['managed', 'adopted']).default('managed'),
  /** Hours that a deployment's credentials last at most; a first deployment takes about one. Default: 2. */
  sessionHours: whole(1, 12).default(2),
});

/** One AWS account. Several environments may share it; bootstrap is deployed once for each. */
export const accountSchema = z.strictObject({
  /** Twelve digits. Changing it points every stack at another account: destroy first. */
  id: z.string().regex(/^\d{12}$/, 'must be the 12 digits of an AWS account id'),
  /** Region of the state bucket and the image repository. Changing it moves neither: migrate the state by hand. */
  region,
  /** Only the commercial partition is supported so far. */
  partition: z.literal('aws', 'must be "aws": GovCloud and China are not supported yet').default('aws'),
  /** `local` for bootstrap's first deployment, then `s3` (docs/bootstrap.md). Default: local. */
  bootstrapState: z.enum(['local', 's3']).default('local'),
  /** US dollars a month; mails go out at 80 % of the actual and 100 % of the forecast cost. */
  monthlyBudgetUsd: z.number().positive(),
  /** Where the mails of the budget and of the environments' alarms go; at least one. Alarms ask each to confirm first. */
  alertEmails: z.array(z.email()).min(1),
  /** Default: none; people deploy. Setting it bounds every role of the account's environments: deploy bootstrap first. */
  github: githubSchema.optional(),
  /** Public zones of Route 53 that environments of the account take their names from (docs/domain.md). Default: none. */
  zones: z.array(zoneSchema).default([]),
  security: securitySchema.prefault({}),
  retention: retentionSchema.prefault({}),
});

/** Name of an IAM role of the environment's account, with its path if it has one. */
const roleName = z
  .string()
  .regex(
    /^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    'must be the name of an IAM role of the account, such as platform-admin',
  );

const roleSchema = z.strictObject({
  /** Replicas that the autoscaler keeps at least and at most. */
  replicas: z.strictObject({ min: whole(1, 100), max: whole(1, 500) }),
  /** Kubernetes quantities. Requests equal limits for memory; CPU is requested and not limited (ADR 0004). */
  cpuMillis: whole(50, 16_000),
  memoryMiB: whole(128, 65_536),
});

const serviceSchema = z.strictObject({
  /** Default: info. */
  logLevel: z.enum(logLevels).default('info'),
  /** Seconds between failing readiness and closing the listener. Default: the contract's. */
  drainDelaySeconds: whole(0, 300).default(lifecycle.drainDelaySeconds),
  /** Plain values, or rules such as `{ strategy: 'PERCENTAGE', percentage: 5 }`, instead of the flags' defaults. */
  flags: z
    .strictObject(
      Object.fromEntries(
        (Object.keys(flags) as FlagKey[]).map((key) => [
          key,
          flagOverrideSchema(flags[key].default).optional(),
        ]),
      ) as { [K in FlagKey]: z.ZodOptional<z.ZodType<Required<FlagOverrides>[K]>> },
    )
    .default({}),
});

/** Everything that differs between environments on AWS. */
export const awsEnvironmentSchema = z.strictObject({
  /** Part of every name. Changing it replaces everything: make a new environment instead. */
  name: environmentName,
  tier: z.enum(['development', 'staging', 'production'], {
    error: 'must be one of "development", "staging", "production", "local"',
  }),
  /** Key in accounts.ts. */
  account: z.string().min(1),
  /** Region that the environment runs in. Changing it replaces everything. */
  region,
  /**
   * Second region that gets copies of the database's backups, to restore from if the first is lost: RDS stores and
   * transfers each backup twice. `aws rds describe-source-regions --region <it>` lists the regions it takes copies from.
   * Default: none. Changing it begins the copies anew, and those in the old region go.
   */
  recoveryRegion: region.optional(),
  /** Role of the account that Terraform assumes to deploy; default: the caller's own credentials. */
  deployRole: roleName.optional(),
  /**
   * Lifts every protection against deletion, of production too: set it, deploy, then destroy. Default: false.
   * While it is set, one `destroy` takes the data with it.
   */
  teardown: z.boolean().default(false),
  /**
   * Versions that may stay past the end of their standard support, each with a reason and a last day. Without one,
   * synthesis says EXPIRED. Default: none.
   */
  waivers: z
    .array(
      z.strictObject({
        product: z.enum(['Kubernetes', 'PostgreSQL']),
        /** The one in use: a minor version of Kubernetes, a major version of PostgreSQL. Upgraded, it needs no waiver. */
        version: z.string(),
        /** Written for whoever reads the warning in half a year. */
        reason: z.string().regex(/^.{10,}$/, 'must say why, in ten characters at least'),
        until: z.iso.date('must be a day such as 2027-03-27'),
      }),
    )
    .default([]),
  tags: z.strictObject({
    owner: z.string().min(1),
    costCentre: z.string().min(1),
    dataClassification: z.enum(['public', 'internal', 'confidential', 'restricted']),
  }),

  /** The VPC: one that Holdfast makes, or, with `existing`, one that is there (network-schema.ts). */
  network: networkSchema,
  /** The name that the environment answers to. Default: none, and nothing listens to the internet. */
  domain: domainSchema.optional(),

  cluster: z.strictObject({
    /** Kubernetes minor version. Raise it one step at a time; lowering it replaces the cluster. */
    version: z.enum(['1.35', '1.36']),
    /** Ranges that may reach the public API endpoint; empty: the private endpoint only. */
    publicAccessCidrs: z.array(cidr),
    /** Roles of the account that administer Kubernetes, besides deployRole. Nobody else does, its creator included. */
    adminRoles: z.array(roleName),
    /**
     * Roles of the account that may look: at workloads, their logs and settings, not at Secrets. Default: none.
     */
    readOnlyRoles: z.array(roleName).default([]),
    /**
     * What Karpenter needs of AWS, which starts nodes as pods ask for them: its roles, its queue of interruptions, and the
     * tags by which it finds subnets and security group. The controller itself is the platform's. Default: false.
     */
    karpenter: z.boolean().default(false),
    logRetentionDays,
    nodes: z.strictObject({
      architecture: z.enum(['arm64', 'x86_64']),
      /**
       * al2023: Amazon Linux. bottlerocket: a read-only system without shell or package manager, so less to attack, and
       * nothing to log in to. Changing it replaces the node group, new nodes first. Default: al2023.
       */
      image: z.enum(['al2023', 'bottlerocket']).default('al2023'),
      /** Several types of the same size make spot capacity likelier. Changing them replaces the node group. */
      instanceTypes: z
        .array(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, 'must be an instance type'))
        .min(1),
      /** spot may be taken away with two minutes' notice. Changing it replaces the node group. */
      capacity: z.enum(['on-demand', 'spot']),
      min: whole(1, 450),
      max: whole(1, 450),
      diskGiB: whole(20, 16_384),
    }),
  }),

  database: z.strictObject({
    /** Major version. Raising it is an upgrade with downtime; lowering it is impossible. */
    engineVersion: z.enum(['17.10', '18.4']),
    instanceClass: z
      .string()
      // Alarms depend on its memory (constructs/database/instance-class.ts).
      .regex(
        /^db\.[tmr]\d[a-z]*\.(micro|small|medium|large|\d*xlarge)$/,
        'must be an RDS instance class of the families t, m or r, such as db.t4g.medium',
      ),
    /** GiB at first and at most; RDS grows the volume by itself and never shrinks it. */
    storageGiB: z.strictObject({ initial: whole(20, 65_536), max: whole(20, 65_536) }),
    /** A synchronous standby in a second zone. */
    multiAz: z.boolean(),
    /** Asynchronous copies; the gateway reads from them. More than none need ownerPasswordVersion. */
    readReplicas: whole(0, 5),
    /**
     * RDS Proxy between pods and database: a pool that all pods share, and that outlives a failover; about 22 USD a month
     * for a server of two processors. Needs db.t4g.medium or larger. Default: false, each pod connects to the server itself.
     */
    proxy: z.boolean().default(false),
    /**
     * Set, Terraform makes the owner's password and keeps it in Secrets Manager; raised by one, the next deployment makes
     * another. RDS makes no replica of, and no blue/green update to, an instance whose password it manages. Default: RDS
     * makes the password, and rotates it every seven days.
     */
    ownerPasswordVersion: whole(1, 1_000_000).optional(),
    /** Days back to which any second can be restored. */
    backupRetentionDays: days(1, 35),
    /** RDS refuses to delete the instance while it is set. */
    deletionProtection: z.boolean(),
  }),

  /** How people get in (docs/access.md). */
  access: z
    .strictObject({
      /**
       * An instance without open port, through which Systems Manager leads people to the database and to a private
       * Kubernetes API: about 4 USD a month. Default: true.
       */
      bastion: z.boolean().default(true),
    })
    .prefault({}),

  cache: z.strictObject({
    nodeType: z
      .string()
      .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, 'must be a node type such as cache.t4g.micro'),
    /** Copies beside the primary; at least one gives automatic failover. */
    replicas: whole(0, 5),
    /** Days that daily snapshots are kept; 0: none. The cache can be rebuilt, so few are needed. */
    snapshotRetentionDays: days(0, 35),
  }),

  service: serviceSchema.extend({
    roles: z.strictObject(
      Object.fromEntries(serviceRoleNames.map((role) => [role, roleSchema])) as Record<
        (typeof serviceRoleNames)[number],
        typeof roleSchema
      >,
    ),
  }),
});

/** The schema of the kind of network that an environment has: it says better than both together what is wrong. */
export const awsEnvironmentSchemaOf = (network: unknown) =>
  awsEnvironmentSchema.extend({
    network:
      typeof network === 'object' && network !== null && 'existing' in network
        ? existingNetworkSchema
        : managedNetworkSchema,
  });

/** A laptop: no AWS, embedded backing services, one Deployment on whatever cluster the kubeconfig names. */
export const localEnvironmentSchema = z.strictObject({
  name: environmentName,
  tier: z.literal('local'),
  /** Context of the kubeconfig; default: the current one. */
  kubeContext: z.string().min(1).optional(),
  service: serviceSchema.extend({ all: roleSchema.omit({ replicas: true }) }),
});

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be a digest: "sha256:" and 64 hex digits');
/** A range of environments/reserved.ts. */
export const reservedRangeSchema = z.strictObject({
  cidr,
  /** Who uses it. */
  for: z.string().min(1),
});

/** environments/<env>/images.json: what runs, by digest; written by the delivery pipeline. */
export const imagesSchema = z.strictObject({ service: digest });

export type AccountInput = z.input<typeof accountSchema>;
export type Account = z.output<typeof accountSchema>;
export type AwsEnvironmentInput = z.input<typeof awsEnvironmentSchema>;
export type AwsEnvironment = z.output<typeof awsEnvironmentSchema>;
export type LocalEnvironmentInput = z.input<typeof localEnvironmentSchema>;
export type LocalEnvironment = z.output<typeof localEnvironmentSchema>;
export type Environment = AwsEnvironment | LocalEnvironment;
export type ReservedRange = z.output<typeof reservedRangeSchema>;
export type Images = z.output<typeof imagesSchema>;
