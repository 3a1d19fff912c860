/**
 * `node --import tsx tools/bench/health.ts`: how long the health endpoints take while the public port is under load and
 * the database is stalled (frozen, so that connections stay and answers don't come). Needs PostgreSQL and Redis, as
 * `npm run test:full` does. Nothing passes or fails here; the goal is a p99 below 100 ms.
 */
import autocannon from 'autocannon';
import { managementPaths, probes, routes } from '../../app/src/contract';
import { onServers, testEnvironment } from '../../app/test/support/environment';
import prepare from '../../app/test/support/global-setup';
import { startPostgres, startRedis } from '../../app/test/support/servers';
import { eventually, runCli, startProcess } from '../../app/test/support/service-process';
import { table } from '../lib/terminal';

const seconds = Number(process.argv[2] ?? 5);
/** Requests a second to each health endpoint: far more than all probes together make. */
const rate = 200;
/** Connections that ask the public port without a pause, each for something that isn't cached. */
const clients = 50;

const paths = [...Object.values(probes).map(({ path }) => path), managementPaths.health];

async function main(): Promise<void> {
  await prepare();
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const environment = testEnvironment({
    ...onServers(postgres, redis),
    HOLDFAST_LOG_LEVEL: 'warn',
    HOLDFAST_SIGNING_KEY: 's'.repeat(64),
  });
  await runCli(['migrate'], environment.env);
  const service = await startProcess('gateway', environment.env);
  const rows: (string | number)[][] = [];
  const measure = async (situation: string) => {
    for (const path of paths) {
      const load = autocannon({
        url: `${service.publicUrl}${routes.queryAggregates.path}`,
        connections: clients,
        duration: seconds + 1,
        requests: [{ path: `${routes.queryAggregates.path}?name=[<id>]` }],
        idReplacement: true,
      });
      const { latency, errors, non2xx, requests } = await autocannon({
        url: service.managementUrl + path,
        connections: 10,
        duration: seconds,
        overallRate: rate,
      });
      const { requests: behind } = await load;
      const perSecond = Math.round(behind.total / (seconds + 1));
      rows.push([
        situation,
        path,
        requests.total,
        latency.p50,
        latency.p99,
        latency.max,
        errors + non2xx,
        perSecond,
      ]);
    }
  };
  try {
    await service.ready();
    await measure('all well');
    postgres.stall();
    await eventually(
      () => service.state(),
      (state) => state.toLowerCase() === 'degraded',
      20,
    );
    await measure('database stalled');
  } finally {
    postgres.resume();
    await service.stop();
    await Promise.all([postgres.stop(), redis.stop()]);
    environment.remove();
  }
  const header = ['situation', 'path', 'asked', 'p50 ms', 'p99 ms', 'max ms', 'failed', 'public requests/s'];
  console.log(`Node ${process.version}, ${rate} requests/s each, ${clients} clients on the public port\n`);
  console.log(table(header, rows));
}

main().catch((error: Error) => {
  console.error(`error ${error.message}`);
  process.exitCode = 1;
});
