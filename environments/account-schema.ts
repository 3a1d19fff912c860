import { z } from 'zod';
import { zoneSchema } from './network-schema';
import { days, region, tagsSchema, whole } from './values';

/** AWS account ids of the repository as shipped. Plan and apply refuse them. */
export const exampleAccountIds: readonly string[] = ['111111111111', '222222222222'];

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

/** Who is told of a service that costs more than its past explains: what a budget for the month sees too late. */
const costAnomaliesSchema = z.strictObject({
  /**
   * AWS's monitor of the account's services, of which there is one. Accounts that began with Cost Explorer after March
   * 2023 have AWS's own: import it (docs/bootstrap.md), or say adopted. About 1 for its key. Default: managed.
   */
  monitor: singleton.default('managed'),
  /** US dollars above what was expected, of one anomaly, from which mails go out. Default: 50. */
  impactUsd: z.number().positive().default(50),
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
  /** Days of the log of requests to states, the trail's logs and Config's history. Default: 365. */
  requestDays: days(30, 3_650).default(365),
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
  /** The default branch, from which environments are deployed and the nightly look for drift runs. Default: main. */
  branch: z
    .string()
    .regex(/^[\w./-]+$/, 'must be the name of a branch, without patterns')
    .default('main'),
  /**
   * Whether the role that plans gets into the clusters, so that pull requests and the look for drift see the stacks with Kubernetes in
   * them, too. Helm keeps its releases in Secrets: **whoever may open a pull request in the repository can then read every Secret of
   * every cluster of the account**. Default: false; those stacks are planned when they are deployed.
   */
  clusterPlans: z.boolean().default(false),
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
  /** On everything that bootstrap makes, as on everything of an environment. */
  tags: tagsSchema,
  /** US dollars a month; mails go out at 80 % of the actual and 100 % of the forecast cost. */
  monthlyBudgetUsd: z.number().positive(),
  /** Mails about what costs more than AWS expected of it. Default: as its own properties say. */
  costAnomalies: costAnomaliesSchema.prefault({}),
  /**
   * Where the mails of the budget, of cost anomalies, of GuardDuty's serious findings and of the environments' alarms go; at least one. Alarms,
   * anomalies and findings ask each to confirm first.
   */
  alertEmails: z.array(z.email()).min(1),
  /** Default: none; people deploy. Setting it bounds every role of the account's environments: deploy bootstrap first. */
  github: githubSchema.optional(),
  /** Public zones of Route 53 that environments of the account take their names from (docs/domain.md). Default: none. */
  zones: z.array(zoneSchema).default([]),
  /** What watches the account. */
  security: securitySchema.prefault({}),
  /** How long it keeps what it has. */
  retention: retentionSchema.prefault({}),
});

export type AccountInput = z.input<typeof accountSchema>;
export type Account = z.output<typeof accountSchema>;
