import type { PortName } from './ports';

export interface Role {
  /** The container's command; the working directory is the image's /app. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly description: string;
  /** Ports the role listens on. Only a role with `public` gets a Service for it. */
  readonly ports: readonly PortName[];
  /** Login that the migration creates for the role, with only the rights the role needs. */
  readonly databaseUser: string;
  /** Legal in the tier `local` only: two processes on one embedded database would silently lose rows. */
  readonly localOnly: boolean;
}

const command = ['node', 'dist/main.js'] as const;

/** One image; what a pod does is decided by the command it is started with. */
export const roles = {
  gateway: {
    command,
    args: ['serve', 'gateway'],
    description: 'answers queries',
    ports: ['public', 'management'],
    databaseUser: 'holdfast_gateway',
    localOnly: false,
  },
  collector: {
    command,
    args: ['serve', 'collector'],
    description: 'accepts events',
    ports: ['public', 'management'],
    databaseUser: 'holdfast_collector',
    localOnly: false,
  },
  worker: {
    command,
    args: ['serve', 'worker'],
    description: 'turns events into aggregates',
    ports: ['management'],
    databaseUser: 'holdfast_worker',
    localOnly: false,
  },
  all: {
    command,
    args: ['serve', 'all'],
    description: 'gateway, collector and worker in one process',
    ports: ['public', 'management'],
    databaseUser: 'holdfast_all',
    localOnly: true,
  },
} as const satisfies Record<string, Role>;

export type RoleName = keyof typeof roles;
/** The roles that run as Deployments of their own; `all` stands for the three of them in `local`. */
export type ServiceRoleName = Exclude<RoleName, 'all'>;
export const serviceRoleNames = [
  'gateway',
  'collector',
  'worker',
] as const satisfies readonly ServiceRoleName[];

/**
 * User of a role in the cache. ElastiCache's IAM users have a name equal to their id, in lower case, and the id is
 * unique in account and region: two environments may share both.
 */
export const cacheUser = (role: RoleName | 'exporter', environment: string): string =>
  `holdfast-${environment}-${role}`;

/**
 * Login of people who look into the database (docs/access.md): it reads every table and changes none. On RDS by IAM
 * tokens, like the roles'.
 */
export const viewerLogin = { databaseUser: 'holdfast_viewer' } as const;

/**
 * Login that takes backups (docs/backups.md): it reads every table and sequence, and changes nothing. On RDS by IAM tokens,
 * like the roles'.
 */
export const backupLogin = { databaseUser: 'holdfast_backup' } as const;

/** Name of the service's database on AWS, and elsewhere unless the settings say otherwise. */
export const databaseName = 'holdfast';

/**
 * User of the cache for a person who looks for trouble: sees what the server does and removes keys of the service. No
 * pod may log in with it; administrators of the account may, by their own permissions.
 */
export const cacheAdminUser = (environment: string): string => `holdfast-${environment}-admin`;

/**
 * The process that asks PostgreSQL and Valkey how they are, and tells Prometheus (exporter-metrics.ts). It serves nobody,
 * so it is no role: no public port, no settings of its own, and nothing breaks without it.
 */
export const exporter = {
  command,
  args: ['exporter'],
  /** Sees the server's statistics (pg_monitor), and no table. */
  databaseUser: 'holdfast_exporter',
  ports: ['management'],
  /** Seconds that one server may take to answer: less than Prometheus waits. */
  serverSeconds: 8,
} as const satisfies Pick<Role, 'command' | 'args' | 'databaseUser' | 'ports'> & { serverSeconds: number };

/** The Job that changes the schema and creates the roles' logins, before the Deployments of a release. */
export const migrationJob = {
  command,
  args: ['migrate'],
  /** Owner of the schema; on RDS the master user, whose password RDS manages and rotates. */
  databaseUser: 'holdfast_owner',
  /** Seconds before Kubernetes gives the Job up. */
  deadlineSeconds: 600,
} as const;

/** The scheduled backup of the database, where one is set up: it is taken first, then those that are too old go. */
export const backupJob = {
  command,
  create: [
    ...['backup', 'create', 'postgres-copy', '--login', backupLogin.databaseUser],
    // The login only reads; that the Job succeeded is what is watched.
    ...['--no-note', '--reason', 'by schedule'],
  ],
  /** @param keepDays how long backups are kept */
  prune: (keepDays: number): readonly string[] => [
    ...['backup', 'prune', '--yes', '--keep-days', String(keepDays)],
  ],
  /** Seconds before Kubernetes gives the Job up. */
  deadlineSeconds: 3 * 3600,
} as const;
