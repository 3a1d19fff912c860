import {
  containerHealthcheck,
  exporter,
  migrationJob,
  type PlainSettingsInput,
  probes,
  type Role,
  renderPlainSettings,
  roles,
  type SecretSettingKey,
  type ServiceRoleName,
  secretFileVariable,
  serviceRoleNames,
  terminationGracePeriodSeconds,
} from '../../../app/src/contract';
import { ConfigurationError } from '../../../constructs/core/errors';
import { otlpPorts } from '../../../constructs/observability/traces/names';
import { paths, userId } from '../../../constructs/workload/layout';
import type { LocalEnvironment } from '../../../environments/schema';
import { serviceImage } from './images';
import {
  type ComposeService,
  configured,
  contained,
  type NetworkName,
  type SecretName,
  secretPath,
} from './model';
import { published } from './ports';

/** What one process of the service takes here (docs/measurements.md), and room for a load. */
const size = { memoryMiB: 256, processors: 1 };

/** The settings of all roles: the environment `local`, but with servers instead of what is embedded. */
function settings(environment: LocalEnvironment): Record<string, string> {
  const input: PlainSettingsInput = {
    HOLDFAST_ENVIRONMENT: environment.name,
    HOLDFAST_TIER: environment.tier,
    HOLDFAST_LOG_LEVEL: environment.service.logLevel,
    HOLDFAST_FLAGS_DIRECTORY: paths.flags,
    HOLDFAST_DRAIN_DELAY_SECONDS: environment.service.drainDelaySeconds,
    HOLDFAST_DATABASE_ENGINE: 'postgres',
    HOLDFAST_DATABASE_HOST: 'postgres',
    HOLDFAST_DATABASE_AUTH: 'password',
    // The network between the containers leads nowhere else.
    HOLDFAST_DATABASE_TLS: 'disable',
    HOLDFAST_CACHE_ENGINE: 'valkey',
    HOLDFAST_CACHE_HOST: 'valkey',
    HOLDFAST_CACHE_AUTH: 'password',
    HOLDFAST_CACHE_TLS: 'off',
    HOLDFAST_OTLP_ENDPOINT: `http://tempo:${otlpPorts.http}`,
    // One person's requests: each may be looked at.
    HOLDFAST_TRACE_SAMPLING: 1,
  };
  const { data, problems } = renderPlainSettings(input, () => false);
  if (problems.length > 0) {
    throw new ConfigurationError(problems.map(({ key, message }) => `compose: ${key} ${message}`));
  }
  return data;
}

/** One container of the service's image. Secrets come as files, as on a cluster. */
function process(
  environment: LocalEnvironment,
  { command, args }: Pick<Role, 'command' | 'args'>,
  secrets: Readonly<Partial<Record<SecretSettingKey, SecretName>>>,
  rest: Partial<ComposeService> & { readonly networks: readonly NetworkName[] },
) {
  const files = Object.entries(secrets) as [SecretSettingKey, SecretName][];
  return contained(
    {
      image: serviceImage,
      build: { context: '..', dockerfile: 'app/Dockerfile' },
      user: `${userId}:${userId}`,
      command: [...command, ...args],
      environment: {
        ...settings(environment),
        ...Object.fromEntries(files.map(([key, name]) => [secretFileVariable(key), secretPath(name)])),
      },
      secrets: files.map(([, name]) => name),
      volumes: [configured('flags', paths.flags)],
      tmpfs: [`${paths.temporary}:size=64m,mode=1777`],
      stop_grace_period: `${terminationGracePeriodSeconds(environment.service.drainDelaySeconds)}s`,
      ...rest,
    },
    size,
  );
}

/** The liveness probe of a cluster, asked by the image's own command: there is no curl in it. */
const healthcheck: ComposeService['healthcheck'] = {
  test: ['CMD', ...containerHealthcheck.command],
  interval: `${probes.liveness.periodSeconds}s`,
  timeout: `${containerHealthcheck.timeoutSeconds}s`,
  retries: probes.liveness.failureThreshold,
  start_period: `${probes.startup.periodSeconds * probes.startup.failureThreshold}s`,
};

const serviceSecrets = (role: ServiceRoleName) =>
  ({
    HOLDFAST_DATABASE_PASSWORD: `database-${role}`,
    HOLDFAST_CACHE_PASSWORD: `cache-${role}`,
    HOLDFAST_SIGNING_KEY: 'signing-key',
    HOLDFAST_MANAGEMENT_TOKEN: 'management-token',
  }) as const;

const migrated = {
  migrate: { condition: 'service_completed_successfully' },
  valkey: { condition: 'service_healthy' },
} as const;

/** The migration, then the roles, and what tells Prometheus about the servers. */
export function serviceContainers(environment: LocalEnvironment) {
  const run = (role: ServiceRoleName) => {
    const isPublic = (roles[role].ports as readonly string[]).includes('public');
    return process(environment, roles[role], serviceSecrets(role), {
      networks: ['data', 'watch', ...(isPublic ? (['edge'] as const) : [])],
      ...(isPublic && { ports: [published(role as keyof typeof published.defaults)] }),
      depends_on: migrated,
      healthcheck,
    });
  };
  return {
    migrate: process(
      environment,
      migrationJob,
      { HOLDFAST_DATABASE_PASSWORD: 'database-owner' },
      {
        networks: ['data'],
        depends_on: { postgres: { condition: 'service_healthy' } },
        restart: 'no',
      },
    ),
    ...Object.fromEntries(serviceRoleNames.map((role) => [role, run(role)])),
    exporter: process(
      environment,
      exporter,
      { HOLDFAST_DATABASE_PASSWORD: 'database-exporter', HOLDFAST_CACHE_PASSWORD: 'cache-exporter' },
      { networks: ['data', 'watch'], depends_on: migrated, healthcheck },
    ),
  };
}
