import { z } from 'zod';
import { whole } from './values';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,28}[a-z0-9]$/, 'must be lower-case letters, digits and dashes');

/** One kind of nodes that Karpenter may start. */
const nodePoolSchema = z.strictObject({
  /** Changing it replaces the pool's nodes. */
  name,
  /** Another than cluster.nodes.architecture takes only pods that tolerate the taint `kubernetes.io/arch`. */
  architecture: z.enum(['arm64', 'x86_64']),
  /** With both, spot while there is any. */
  capacity: z.array(z.enum(['spot', 'on-demand'])).min(1),
  /** First letters of instance types. Default: c, m and r, of the sixth generation or newer. */
  categories: z
    .array(z.string().regex(/^[a-z]{1,3}$/, 'must be the first letters of instance types, such as m'))
    .min(1)
    .default(['c', 'm', 'r']),
  /** The pool starts no further node above these: a bound on the bill. */
  limits: z.strictObject({
    /** Processors of all its nodes together. */
    cpus: whole(2, 10_000),
    /** GiB of all its nodes together. */
    memoryGiB: whole(4, 100_000),
  }),
  /** The higher is tried first. Default: 10. */
  weight: whole(1, 100).default(10),
  /** Days after which a node is replaced. Default: 14, so that none runs a system older than that. */
  expireAfterDays: whole(1, 365).default(14),
});

const karpenterSchema = z.strictObject({
  /**
   * Kinds of nodes. Default: one pool called `general`, of cluster.nodes' architecture, on spot where those are, up to 64
   * CPUs and 256 GiB.
   */
  pools: z
    .array(nodePoolSchema)
    .min(1)
    .refine((pools) => new Set(pools.map((pool) => pool.name)).size === pools.length, 'names a pool twice')
    .optional(),
  /**
   * When nodes are left alone: Karpenter then neither packs them more tightly nor replaces those whose description has
   * changed. `schedule` is a cron expression in UTC. Default: never.
   */
  quiet: z
    .strictObject({
      /** When it begins, as a cron expression in UTC, such as 0 6 * * 1-5. */
      schedule: z.string().regex(/^(\S+ ){4}\S+$/, 'must be a cron expression of five fields, in UTC'),
      /** Hours that it lasts. */
      hours: whole(1, 24),
    })
    .optional(),
});

/** Beginnings of namespaces that are taken: a team of that name would own them. */
const takenPrefixes = [
  'kube',
  'external',
  'cert',
  'istio',
  'amazon',
  'holdfast',
  'argocd',
  'karpenter',
  'keda',
];

const serviceTeamSchema = z.strictObject({
  /** Its namespaces are called `<name>-…`. Changing it takes everything that it deployed away. */
  name: name
    .max(20)
    .refine(
      (team) => !takenPrefixes.some((prefix) => team === prefix || team.startsWith(`${prefix}-`)),
      'is how namespaces of the platform begin: choose another name',
    ),
  /** Group of the sign-on provider. */
  group: z.string().min(1),
  /** What it deploys from. */
  repositories: z
    .array(
      z.strictObject({
        /** By HTTPS or SSH. */
        url: z.string().regex(/^(https:\/\/|ssh:\/\/|git@)\S+$/, 'must be the URL of a git repository'),
        /** Branch, tag or commit. */
        revision: z.string().min(1),
        /** Folder whose sub-folders are applications. */
        path: z
          .string()
          .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'must be a folder such as deploy/dev, without slashes around'),
      }),
    )
    .min(1),
});

const argoCdSchema = z.strictObject({
  /** Two and more of each part, and a Redis of three on three nodes. Default: one of each. */
  highlyAvailable: z.boolean().default(false),
  /** Name that people reach it by. */
  host: z.string().regex(/^[a-z0-9.-]+\.[a-z]{2,}$/, 'must be a host name'),
  /** Default: nobody can log in, and no account has a password. */
  singleSignOn: z
    .strictObject({
      /** Of the OpenID Connect provider, as its tokens name it. */
      issuer: z.url(),
      /** Under which the provider knows Argo CD. */
      clientId: z.string().min(1),
      /** Entry of Secrets Manager, with the client's secret in its property `clientSecret`; a person fills it. */
      secretName: z
        .string()
        .regex(
          /^holdfast\/[\w./-]+$/,
          'must begin with holdfast/<environment>/, which external-secrets may read',
        ),
      /** Group whose members administer Argo CD. */
      adminGroup: z.string().min(1),
    })
    .optional(),
  /** Teams that deploy their own services. Default: none. */
  teams: z.array(serviceTeamSchema).default([]),
});

/** What runs on the cluster beside the service. */
export const platformSchema = z.strictObject({
  /** What Karpenter may start, where cluster.karpenter is true. */
  karpenter: karpenterSchema.prefault({}),
  /**
   * Whether the worker is scaled by how far it is behind, too. Needs the Prometheus of the observability stack; without
   * it the worker is scaled by its CPU alone. Default: false.
   */
  queueScaling: z.boolean().default(false),
  /** Lets service teams deploy from their own repositories. Default: not installed. */
  argoCd: argoCdSchema.optional(),
  /**
   * Mutual TLS between pods, by an agent on each node (Istio ambient), which runs privileged. Setting it restarts nothing,
   * but pods join when they are made the next time. Default: false.
   */
  istio: z.boolean().default(false),
});
