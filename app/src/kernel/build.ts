import { ports as contractPorts, type RoleName } from '../contract';
import { openCache, openDatabase, openFlagChannel } from './backing-services';
import type { Components } from './components';
import { recordCompliance } from './diagnostics/categories/compliance';
import { Failure } from './failure';
import { firstAnswer } from './first-answer';
import { Flags } from './flags';
import { Health, standardChecks, timingsOf } from './health';
import type { Kernel, RoleDefinition, Service, StartOptions } from './kernel';
import type { Lifecycle } from './lifecycle';
import { listen } from './listen';
import type { Logger } from './logging';
import { createManagementServer } from './management';
import { defaultRunDirectory, leaveAccess } from './management-access';
import type { Metrics } from './metrics';
import { addParts } from './parts';
import { Resilience } from './resilience';
import { Secrets } from './secrets';
import type { Environment, LoadedSettings } from './settings';
import { SettingsStore } from './settings-store';
import { shutDown } from './shutdown';
import { StartError } from './start-error';
import { openTelemetry } from './telemetry';
import { version } from './version';

export interface BuildContext {
  readonly env: Environment;
  readonly options: StartOptions;
  readonly loaded: LoadedSettings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly components: Components;
}

/** Makes the components of a role, says what needs what, and starts them. */
export async function build(
  role: RoleName,
  definition: RoleDefinition,
  context: BuildContext,
): Promise<Service> {
  const { log, lifecycle, metrics, components, loaded, options } = context;
  const environment = loaded.settings.HOLDFAST_ENVIRONMENT;
  metrics.holdfast_build_info.set({ version, role, environment }, 1);

  // What everything else reads is there before anything starts.
  const secrets = new Secrets(loaded, log, options.pollMs);
  const config = new SettingsStore(loaded, context.env, secrets, log, metrics);
  const { settings } = config;
  const flags = new Flags(settings.HOLDFAST_FLAGS_DIRECTORY, log, metrics, options.pollMs);
  config.onChange(() => {
    log.level = settings.HOLDFAST_LOG_LEVEL;
    recordCompliance({ settings, role }, metrics);
  });
  recordCompliance({ settings, role }, metrics);
  const telemetry = openTelemetry(
    {
      traceSampling: () => settings.HOLDFAST_TRACE_SAMPLING,
      otlpEndpoint: settings.HOLDFAST_OTLP_ENDPOINT,
      sentryDsn: settings.HOLDFAST_SENTRY_DSN,
    },
    { role, environment, version },
    log,
    metrics,
  );
  const { tracing, reports } = telemetry;
  const timings = () => ({ ...timingsOf(settings), ...options.healthTimings });
  const health = new Health({ log, metrics, timings });
  health.on('change', ({ name, status, cause }) =>
    lifecycle.setImpaired(health.impaired, `${name} is ${status}${cause ? `: ${cause}` : ''}`),
  );
  const resilience = new Resilience({ log, metrics, enabled: () => flags.value('circuit_breaker') });
  components.add({
    name: 'configuration',
    start: () => config.watch(options.pollMs),
    stop: () => {
      for (const each of [flags, config, secrets]) each.stop();
    },
  });
  // Stopped after all that has something to tell, so that it is still delivered.
  components.add({
    name: 'exporters',
    needs: ['configuration'],
    start: () => {},
    stop: () => telemetry.stop(),
  });

  const failure = new Failure(log, lifecycle);
  const kernel: Kernel = {
    ...{ role, settings, secrets, log, metrics, flags, resilience, reports, tracing },
    fail: (component, error) => failure.report(component, error),
    get database() {
      return database.value;
    },
    get cache() {
      return cache.value;
    },
  };

  const http = { log, metrics, lifecycle, flags, settings, reports, tracing };
  const portsInUse = () => ({
    management: management.value.port,
    ...(publicServer ? { public: publicServer.value.port } : {}),
  });
  const { env } = context;
  const diagnosed = () => ({
    env,
    service: { ...kernel, loaded: { ...loaded, settings }, health, ports: portsInUse() },
  });
  const admin = { kernel, lifecycle, health, config, components, diagnosed };
  // Before all that takes its time, so that the startup probe is answered (with 503) meanwhile; closed after all else.
  const management = components.add({
    name: 'management server',
    needs: ['exporters'],
    start: async () => {
      const server = createManagementServer({
        ...{ ...http, role, environment, health, admin },
        adminRoutes: definition.admin,
      });
      const port = options.ports?.management ?? contractPorts.management;
      return { server, port: await listen(server, port, settings.HOLDFAST_MANAGEMENT_HOST) };
    },
    stop: ({ server }) => server.close(),
  });
  const database = components.add({
    name: 'database',
    needs: ['management server'],
    start: () => openDatabase(kernel, definition.schema),
    stop: (opened) => opened.close(),
  });
  const cache = components.add({
    name: 'cache',
    needs: ['management server'],
    start: () => openCache(kernel),
    stop: (opened) => opened.close(),
  });
  // In front of the first health check, so that an outage that is over soon is never told of.
  components.add({
    name: 'first answer of the database',
    needs: ['database'],
    start: () => firstAnswer(database.value, settings, log),
    stop: () => {},
  });
  components.add({
    name: 'health checks',
    needs: ['first answer of the database', 'cache'],
    start: () => {
      for (const check of standardChecks(kernel)) health.register(check);
      return health.start();
    },
    stop: () => health.stop(),
  });
  const channel = components.add({
    name: 'flag announcements',
    needs: ['management server'],
    start: () => openFlagChannel(kernel),
    stop: (opened) => opened?.close(),
  });
  // After the first health check, which migrates where no Job does.
  components.add({
    name: 'flag overrides',
    needs: ['health checks', 'flag announcements'],
    start: () => flags.follow({ database: kernel.database, channel: channel.value, pollMs: options.pollMs }),
    stop: (stop) => stop(),
  });
  await components.start();
  const publicServer = addParts(definition.mount(kernel), components, http, kernel, health, options);
  if (settings.HOLDFAST_TIER === 'local') addAccess(components, kernel, () => management.value.port);
  await components.start();
  if (failure.reported) throw new StartError(failure.reported);
  lifecycle.markStarted();

  const publicPort = publicServer?.value.port;
  return {
    ...{ kernel, lifecycle, config },
    ports: { management: management.value.port, ...(publicPort === undefined ? {} : { public: publicPort }) },
    failed: failure.happened,
    shutdown: (hurry = AbortSignal.abort()) => {
      // Without a public port nobody sends requests here, so there is nothing to wait for.
      const drainSeconds = publicPort === undefined ? 0 : settings.HOLDFAST_DRAIN_DELAY_SECONDS;
      return shutDown({ lifecycle, components, log, metrics, drainSeconds }, hurry);
    },
  };
}

/** On a laptop the command line finds the token by itself. */
function addAccess(components: Components, { role, settings, secrets }: Kernel, port: () => number): void {
  components.add({
    name: 'management access',
    needs: ['management server'],
    start: () =>
      leaveAccess(settings.HOLDFAST_RUN_DIRECTORY ?? defaultRunDirectory(), {
        url: `http://127.0.0.1:${port()}`,
        token: secrets.current('HOLDFAST_MANAGEMENT_TOKEN'),
        role,
        pid: process.pid,
      }),
    stop: (takeAway) => takeAway(),
  });
}
