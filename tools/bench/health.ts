import autocannon from 'autocannon';
import { managementPaths, probes, routes } from '../../app/src/contract';
import { eventually, type ServiceProcess, startProcess } from '../../app/test/support/service-process';
import type { Figure } from './figure';
import { onRealServers } from './servers';

const seconds = 5;
/** Requests a second to each health endpoint: far more than all probes together make. */
const rate = 200;
/** Connections that ask the public port without a pause, each for something that isn't cached. */
const clients = 50;

const paths = [...Object.values(probes).map(({ path }) => path), managementPaths.health];

/**
 * How long the health endpoints take while the public port is under load, and while the database is stalled besides
 * (frozen, so that connections stay and answers don't come).
 */
export const measure = (): Promise<Figure[]> =>
  onRealServers(async (env, postgres) => {
    // The load comes from one client: it must not be refused.
    const service = await startProcess('gateway', {
      ...env,
      HOLDFAST_RATE_LIMIT_PER_MINUTE: '10000000',
      HOLDFAST_RATE_LIMIT_BURST: '1000000',
    });
    try {
      await service.ready();
      const well = await measureAll(service, 'database well');
      postgres.stall();
      await eventually(
        () => service.state(),
        (state) => state === 'degraded',
        20,
      );
      return [...well, ...(await measureAll(service, 'database stalled'))];
    } finally {
      postgres.resume();
      await service.stop();
    }
  });

async function measureAll(service: ServiceProcess, situation: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const path of paths) {
    const load = autocannon({
      url: `${service.publicUrl}${routes.queryAggregates.path}`,
      connections: clients,
      duration: seconds + 1,
      requests: [{ path: `${routes.queryAggregates.path}?name=[<id>]` }],
      idReplacement: true,
    });
    const { latency, errors, non2xx } = await autocannon({
      url: service.managementUrl + path,
      connections: 10,
      duration: seconds,
      overallRate: rate,
    });
    const { requests: behind } = await load;
    figures.push({
      ...{ name: `p99 of ${path}, ${situation}`, unit: 'ms', promised: 100, values: [latency.p99] },
      note: `${errors + non2xx} failed; ${Math.round(behind.total / (seconds + 1))} requests/s on the public port`,
    });
  }
  return figures;
}
