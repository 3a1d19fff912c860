import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import { lifecycle, routes, type ServiceRoleName, serviceRoleNames } from '../../app/src/contract';
import { freePort } from '../../app/test/support/servers';
import { type ServiceProcess, startProcess } from '../../app/test/support/service-process';
import type { Figure } from './figure';
import { onRealServers } from './servers';

const runs = 5;
/** Seconds of load before the memory is read. */
const loadSeconds = 5;

/** Start, stop and memory of each role on PostgreSQL and Redis, as a process of its own. */
export const measure = (): Promise<Figure[]> =>
  onRealServers(async (env) => {
    const figures: Figure[] = [];
    for (const role of serviceRoleNames) {
      const [start, stop, memory]: [number[], number[], number[]] = [[], [], []];
      for (let run = 0; run < runs; run += 1) {
        const began = performance.now();
        const service = await startProcess(role, env);
        await service.ready();
        start.push((performance.now() - began) / 1000);
        memory.push(megabytes(service, 'VmRSS'));
        const asked = performance.now();
        const { code, stderr } = await service.stop();
        if (code !== 0) throw new Error(`${role} ended with ${code}: ${stderr}`);
        stop.push((performance.now() - asked) / 1000);
      }
      figures.push(
        { name: `start of ${role}`, unit: 's', promised: 1, values: start },
        { name: `stop of ${role}, idle`, unit: 's', promised: 2, values: stop },
        { name: `memory of ${role}, idle`, unit: 'MB', promised: 150, values: memory },
      );
    }
    return [...figures, await longestStart(env), ...(await memoryUnderLoad(env))];
  });

/** A start while no database answers, that waits for one as long as it may be told to. */
async function longestStart(env: Record<string, string>): Promise<Figure> {
  const seconds = lifecycle.longestDatabaseWaitSeconds;
  const alone = {
    ...env,
    HOLDFAST_DATABASE_PORT: String(await freePort()),
    HOLDFAST_DATABASE_WAIT_SECONDS: String(seconds),
  };
  const values: number[] = [];
  for (let run = 0; run < 2; run += 1) {
    const began = performance.now();
    const service = await startProcess('gateway', alone);
    await service.ready();
    values.push((performance.now() - began) / 1000);
    await service.stop();
  }
  return { name: `start without a database, waiting ${seconds} s for one`, unit: 's', promised: 10, values };
}

/** What the roles hold after each has worked without a pause for some seconds. */
async function memoryUnderLoad(env: Record<string, string>): Promise<Figure[]> {
  const started = await Promise.all(serviceRoleNames.map((role) => startProcess(role, env)));
  await Promise.all(started.map((each) => each.ready()));
  const of = (role: ServiceRoleName) => started[serviceRoleNames.indexOf(role)] as ServiceProcess;
  const load = { connections: 10, duration: loadSeconds };
  await Promise.all([
    autocannon({
      ...{ ...load, url: of('collector').publicUrl + routes.ingestEvents.path, method: 'POST' },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events: Array.from({ length: 10 }, () => ({ name: 'bench', value: 1 })) }),
    }),
    autocannon({ ...load, url: of('gateway').publicUrl + routes.queryAggregates.path }),
  ]);
  const figures = serviceRoleNames.map((role): Figure => {
    const values = [megabytes(of(role), 'VmRSS')];
    return { name: `memory of ${role}, after ${loadSeconds} s of load`, unit: 'MB', promised: 150, values };
  });
  await Promise.all(started.map((each) => each.stop()));
  return figures;
}

/** Resident memory now. */
function megabytes({ child }: ServiceProcess, field: 'VmRSS'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
}
