import { sizeThreadPool } from '../kernel/concurrency';
import type { StartOptions } from '../kernel/kernel';
import type { Environment } from '../kernel/settings';
import { exitCodes } from '../kernel/start-error';
import { startService } from '../roles';

/**
 * Runs a role until SIGTERM or SIGINT, or until a component cannot go on; then stops it and ends the process: 0 when
 * everything was finished, 1 when something was not in time or had failed. A second signal skips the drain delay.
 * SIGHUP reloads the settings.
 *
 * @throws StartError when the role cannot start
 */
export async function serve(role: string, env: Environment, options?: StartOptions): Promise<void> {
  sizeThreadPool();
  const hurry = new AbortController();
  let reload = () => {};
  // Installed before the start, so that a signal during it is obeyed after it, not lost or fatal.
  const asked = new Promise<void>((resolve) => {
    let signals = 0;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        signals += 1;
        if (signals > 1) hurry.abort();
        resolve();
      });
    }
  });
  process.on('SIGHUP', () => reload());

  const service = await startService(role, env, options);
  const { log } = service.kernel;
  reload = () => void service.config.reload('SIGHUP');
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      log.fatal({ err: error }, `${event}: a defect; the process ends`);
      process.exit(exitCodes.failure);
    });
  }
  log.info({ ports: service.ports }, 'serving');

  const failed = await Promise.race([asked, service.failed]);
  const hung = await service.shutdown(hurry.signal);
  if (hung !== undefined) {
    log.fatal({ components: hung }, `not stopped in time: ${hung}; the process ends anyway`);
  }
  process.exit(hung === undefined && failed === undefined ? exitCodes.ok : exitCodes.failure);
}
