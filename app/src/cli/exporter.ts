import { type PortName, ports } from '../contract';
import { createExporterServer, Exporter } from '../exporter';
import { listen } from '../kernel/listen';
import { createLogger } from '../kernel/logging';
import { type Environment, loadStoreSettings, readSecretFile } from '../kernel/settings';
import { exitCodes, StartError } from '../kernel/start-error';

/** A free port in tests. Default: the contract's. */
interface ExporterOptions {
  readonly ports?: Pick<Record<PortName, number>, 'management'>;
}

/**
 * Answers Prometheus on the management port until SIGTERM or SIGINT.
 *
 * @throws StartError when the settings name no servers, or the port is taken
 */
export async function exportMetrics(env: Environment, options: ExporterOptions = {}): Promise<void> {
  const { settings, secretFiles } = loadStoreSettings(env);
  if (settings.HOLDFAST_DATABASE_ENGINE !== 'postgres' || settings.HOLDFAST_CACHE_ENGINE !== 'valkey') {
    throw new StartError(
      'HOLDFAST_DATABASE_ENGINE must be postgres and HOLDFAST_CACHE_ENGINE valkey: what is embedded in the service has no server to ask.',
      exitCodes.configuration,
    );
  }
  const log = createLogger(settings, 'exporter');
  // Read for each connection, so that a rotated password needs no restart.
  const secret = (key: 'HOLDFAST_DATABASE_PASSWORD' | 'HOLDFAST_CACHE_PASSWORD') => () => {
    const file = secretFiles[key];
    return file === undefined ? settings[key] : readSecretFile(file);
  };
  const exporter = new Exporter(
    settings,
    { database: secret('HOLDFAST_DATABASE_PASSWORD'), cache: secret('HOLDFAST_CACHE_PASSWORD') },
    log,
  );
  const server = createExporterServer(exporter);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  const port = await listen(
    server,
    options.ports?.management ?? ports.management,
    settings.HOLDFAST_MANAGEMENT_HOST,
  );
  log.info({ port }, 'exporting');
  await stopped;
  await server.close();
  log.info('stopped');
}
