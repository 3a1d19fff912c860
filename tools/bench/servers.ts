import { onServers, testEnvironment } from '../../app/test/support/environment';
import prepare from '../../app/test/support/global-setup';
import { type PostgresServer, startPostgres, startRedis } from '../../app/test/support/servers';
import { runCli } from '../../app/test/support/service-process';

/** PostgreSQL and Redis with a migrated database, and the settings of roles on them, while `work` lasts. */
export async function onRealServers<T>(
  work: (env: Record<string, string>, postgres: PostgresServer) => Promise<T>,
): Promise<T> {
  await prepare();
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const environment = testEnvironment({
    ...onServers(postgres, redis),
    HOLDFAST_LOG_LEVEL: 'warn',
    HOLDFAST_SIGNING_KEY: 's'.repeat(64),
    HOLDFAST_MANAGEMENT_TOKEN: 't'.repeat(64),
  });
  try {
    const { code, stderr } = await runCli(['migrate'], environment.env);
    if (code !== 0) throw new Error(`the migration fails: ${stderr}`);
    return await work(environment.env, postgres);
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
    environment.remove();
  }
}
