/** As much of the Compose specification (compose-spec.io) as is used here. */
export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly SecretName[];
  readonly volumes?: readonly Mount[];
  readonly networks: readonly NetworkName[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>;
  readonly healthcheck?: Healthcheck;
  readonly user: string;
  readonly tmpfs?: readonly string[];
  readonly stop_grace_period?: string;
  readonly restart?: 'no';
}

export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface Healthcheck {
  readonly test: readonly ['CMD', ...string[]];
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
  readonly start_period: string;
}

export type Mount =
  | { readonly type: 'bind'; readonly source: string; readonly target: string; readonly read_only: true }
  | { readonly type: 'volume'; readonly source: string; readonly target: string };

/**
 * data: PostgreSQL, Valkey and who may talk to them. watch: Prometheus and what it asks, traces and what sends them. Neither leads
 * out of the machine. edge: those whose port a person opens, by 127.0.0.1 alone.
 */
export type NetworkName = 'data' | 'watch' | 'edge';

/** Files in the secrets folder (secrets.ts). */
export type SecretName =
  | 'database-superuser'
  | `database-${'owner' | 'gateway' | 'collector' | 'worker' | 'exporter'}`
  | `cache-${'gateway' | 'collector' | 'worker' | 'exporter'}`
  | 'cache-users'
  | 'signing-key'
  | 'management-token'
  | 'grafana-admin';

/** Where Compose mounts them. */
export const secretPath = (name: SecretName): string => `/run/secrets/${name}`;

/** A file or folder of the generated configuration. */
export const configured = (source: string, target: string): Mount => ({
  type: 'bind',
  source: `./config/${source}`,
  target,
  read_only: true,
});

/** Memory in MiB, and processors. More than that is taken from nobody else on the machine. */
export interface Size {
  readonly memoryMiB: number;
  readonly processors: number;
}

/** What every container has: nothing that it doesn't need, and bounds to what it takes. */
export const contained = (service: ComposeService, { memoryMiB, processors }: Size) => ({
  restart: 'unless-stopped' as const,
  ...service,
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  // Reaps orphans and hands signals on, as the first process of a container has to.
  init: true,
  pids_limit: 200,
  mem_limit: `${memoryMiB}m`,
  // Without it as much again could be swapped.
  memswap_limit: `${memoryMiB}m`,
  cpus: processors,
  logging: { driver: 'local', options: { 'max-size': '10m', 'max-file': '3' } },
});
