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
import { backupSchema } from './backup-schema';
import { chaosSchema } from './chaos-schema';
import { domainSchema, existingNetworkSchema, managedNetworkSchema, networkSchema } from './network-schema';
import { observabilitySchema } from './observability-schema';
import { platformSchema } from './platform-schema';
import { recoverySchema } from './recovery-schema';
import { runnerSchema } from './runner-schema';
import { cidr, days, environmentName, logRetentionDays, region, tagsSchema, whole } from './values';

/** Name of an IAM role of the environment's account, with its path if it has one. */
const roleName = z
  .string()
  .regex(
    /^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    'must be the name of an IAM role of the account, such as platform-admin',
  );

const roleSchema = z.strictObject({
  /** Replicas that the autoscaler keeps at least and at most. */
  replicas: z.strictObject({
    /** At least two where a node may go without anybody noticing. */
    min: whole(1, 100),
    /** A bound on the bill, and on connections to the database. */
    max: whole(1, 500),
  }),
  /** Thousandths of a processor that each replica is sure of; it may take more while the node has some (ADR 0004). */
  cpuMillis: whole(50, 16_000),
  /** MiB of each replica, requested and its limit: above it the replica is ended. */
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

/** How long an environment's buckets keep things. Lowering one deletes what is older, within a day or two. */
const storageSchema = z.strictObject({
  /**
   * Days that a backup which was deleted or overwritten can be brought back. Backups themselves stay until whatever
   * made them deletes them: they build on one another, and one that went by age would break those after it. Default: 30.
   */
  deletedBackupDays: days(7, 365).default(30),
  /** Days of the logs that AWS delivers: access to buckets and load balancers. Default: 90. */
  logDays: days(1, 3_650).default(90),
  /** Days of what builds and drills leave: bills of material, reports. Default: 365. */
  artefactDays: days(7, 3_650).default(365),
});

/** A group of nodes that EKS manages. */
const nodesSchema = z.strictObject({
  /** Of instances and image alike. Changing it replaces the node group, new nodes first; the image has to follow. */
  architecture: z.enum(['arm64', 'x86_64']),
  /**
   * al2023: Amazon Linux. bottlerocket: a read-only system without shell or package manager, so less to attack, and
   * nothing to log in to. Changing it replaces the node group, new nodes first. Default: al2023.
   */
  image: z.enum(['al2023', 'bottlerocket']).default('al2023'),
  /** Several types of the same size make spot capacity likelier. Changing them replaces the node group. */
  instanceTypes: z.array(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, 'must be an instance type')).min(1),
  /** spot may be taken away with two minutes' notice. Changing it replaces the node group. */
  capacity: z.enum(['on-demand', 'spot']),
  /** Nodes that are there at least: one per zone where the loss of a zone must go unnoticed. */
  min: whole(1, 450),
  /** Nodes at most, a bound on the bill. */
  max: whole(1, 450),
  /** GiB of each node's disk, for images, logs and temporary files. Changing it rolls the nodes. */
  diskGiB: whole(20, 16_384),
});

/** Everything that differs between environments on AWS. */
export const awsEnvironmentSchema = z.strictObject({
  /** Part of every name. Changing it replaces everything: make a new environment instead. */
  name: environmentName,
  /** What it is for: rules.ts demands more of production, and protects it against deletion. */
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
  /** Set: this is the second region of another environment (recovery-schema.ts). Default: it stands for itself. */
  recovery: recoverySchema.optional(),
  /** Role of the account that Terraform assumes to deploy; default: the caller's own credentials. */
  deployRole: roleName.optional(),
  /** Where the jobs of GitHub that reach its cluster run (runner-schema.ts). Default: GitHub's own machines. */
  runner: runnerSchema.prefault({ kind: 'hosted' }),
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
        /** Whose version it is. */
        product: z.enum(['Kubernetes', 'PostgreSQL']),
        /** The one in use: a minor version of Kubernetes, a major version of PostgreSQL. Upgraded, it needs no waiver. */
        version: z.string(),
        /** Written for whoever reads the warning in half a year. */
        reason: z.string().regex(/^.{10,}$/, 'must say why, in ten characters at least'),
        /** The waiver's last day, such as 2027-03-27. */
        until: z.iso.date('must be a day such as 2027-03-27'),
      }),
    )
    .default([]),
  /** On every AWS resource, nodes, volumes and load balancers included. */
  tags: tagsSchema,
  /**
   * US dollars a month that the environment may cost: `npm run cost` fails above it, and its AWS budget mails at 80 % of
   * the actual and 100 % of the forecast cost. At most its account's, less those of the others in it. Default: none, and only the
   * account's budget mails.
   */
  monthlyBudgetUsd: z.number().positive().optional(),

  /** The VPC: one that Holdfast makes, or, with `existing`, one that is there (network-schema.ts). */
  network: networkSchema,
  /** The name that the environment answers to. Default: none, and nothing listens to the internet. */
  domain: domainSchema.optional(),

  /** The Kubernetes cluster, and who gets into it. */
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
    /** Days of the control plane's logs, audit among them, in CloudWatch. Lowering it deletes what is older. */
    logRetentionDays,
    /**
     * Who starts the nodes. managed: a group of `nodes`, with Karpenter beside it if asked for. auto: EKS Auto Mode, which
     * chooses, starts, patches and ends them itself, for about 12 % of their price, and needs neither `nodes` nor Karpenter.
     * Its general-purpose nodes are x86_64: the image has to be, too. Default: managed.
     * Changing it interrupts everything that runs on the cluster, and leaves its volumes behind: docs/auto-mode.md.
     */
    compute: z.enum(['managed', 'auto']).default('managed'),
    /** The nodes that everything starts on. Left out with compute: 'auto'. */
    nodes: nodesSchema.optional(),
  }),

  /** What runs on the cluster beside the service (platform-schema.ts). */
  platform: platformSchema.prefault({}),

  /** PostgreSQL on RDS. */
  database: z.strictObject({
    /** Major version. Raising it is an upgrade with downtime; lowering it is impossible. */
    engineVersion: z.enum(['17.10', '18.4']),
    /** Memory and processors of each instance. Changing it fails over, or restarts an instance without a standby. */
    instanceClass: z
      .string()
      // Alarms depend on its memory (constructs/database/instance-class.ts).
      .regex(
        /^db\.[tmr]\d[a-z]*\.(micro|small|medium|large|\d*xlarge)$/,
        'must be an RDS instance class of the families t, m or r, such as db.t4g.medium',
      ),
    /** The volume. RDS grows it by itself, and never shrinks it. */
    storageGiB: z.strictObject({
      /** GiB at first. Raising it grows the volume at once; lowering it is refused. */
      initial: whole(20, 65_536),
      /** GiB at most, a bound on the bill; the same as `initial` keeps the volume as it is. */
      max: whole(20, 65_536),
    }),
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

  /** Valkey on ElastiCache: what is in it can be made again. */
  cache: z.strictObject({
    /** Memory and processors of each node. Changing it replaces nodes one after the other, and keeps the keys. */
    nodeType: z
      .string()
      .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, 'must be a node type such as cache.t4g.micro'),
    /**
     * Primaries that share the keys: more when one node's memory, or the one thread that runs its commands, is too
     * small. Default: 1, which is cluster mode disabled. Going from 1 to more, or back, replaces the cache and empties
     * it, and production refuses unless teardown is set: docs/deploying.md says how. Above 1, keys only move.
     */
    shards: whole(1, 45).default(1),
    /** Copies beside each primary; at least one gives automatic failover. */
    replicas: whole(0, 5),
    /**
     * Per cent of a node's memory that holds no keys. While a snapshot is taken or a replica is filled, what is written
     * meanwhile needs room twice; without it the node swaps. Default: 25, which AWS recommends. Less only where there
     * are neither snapshots nor replicas.
     */
    reservedMemoryPercent: whole(0, 50).default(25),
    /** Days that daily snapshots are kept; 0: none. The cache can be rebuilt, so few are needed. */
    snapshotRetentionDays: days(0, 35),
  }),

  /** The buckets. */
  storage: storageSchema.prefault({}),

  /** Vaults, copies, restore tests, and what Velero saves of the cluster (backup-schema.ts). */
  backup: backupSchema.prefault({}),

  /** Faults that are injected on purpose (chaos-schema.ts). Default: none can be. */
  chaos: chaosSchema.prefault({}),

  /** Metrics, alerts and dashboards (observability-schema.ts). */
  observability: observabilitySchema.prefault({}),

  /** Keys that Holdfast makes for itself. */
  secrets: z
    .strictObject({
      /** Days between rotations of the keys that Holdfast makes. Default: 90. Changing it rotates them at once. */
      rotationDays: days(1, 365).default(90),
    })
    .prefault({}),

  /** The service itself, one Deployment per role. */
  service: serviceSchema.extend({
    /** Every role of the contract that runs on its own. */
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
    /** A VPC of Holdfast's, or one that is there. */
    network:
      typeof network === 'object' && network !== null && 'existing' in network
        ? existingNetworkSchema
        : managedNetworkSchema,
  });

/** A laptop: no AWS, embedded backing services, one Deployment on whatever cluster the kubeconfig names. */
export const localEnvironmentSchema = z.strictObject({
  /** Part of every name. */
  name: environmentName,
  /** Lifts what only AWS can give: embedded backing services, all roles in one process. */
  tier: z.literal('local'),
  /** Context of the kubeconfig; default: the current one. */
  kubeContext: z.string().min(1).optional(),
  /** File of the kubeconfig; default: ~/.kube/config. `npm run local` fills in both. */
  kubeConfig: z.string().min(1).optional(),
  /** The service, all its roles in one process. */
  service: serviceSchema.extend({
    /** The one process. */
    all: roleSchema.omit({ replicas: true }),
  }),
});

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be a digest: "sha256:" and 64 hex digits');
/** A range of environments/reserved.ts. */
export const reservedRangeSchema = z.strictObject({
  /** Such as 10.8.0.0/14: no environment may overlap with it. */
  cidr,
  /** Who uses it. */
  for: z.string().min(1),
});

/** environments/<env>/images.json: what runs, by digest; written by the delivery pipeline. */
export const imagesSchema = z.strictObject({
  /** Digest of the service's image in the account's repository. */
  service: digest,
});

export type AwsEnvironmentInput = z.input<typeof awsEnvironmentSchema>;
export type AwsEnvironment = z.output<typeof awsEnvironmentSchema>;
export type LocalEnvironmentInput = z.input<typeof localEnvironmentSchema>;
export type LocalEnvironment = z.output<typeof localEnvironmentSchema>;
export type Environment = AwsEnvironment | LocalEnvironment;
export type ReservedRange = z.output<typeof reservedRangeSchema>;
export type Images = z.output<typeof imagesSchema>;
