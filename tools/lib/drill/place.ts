import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { flagFileName, managementPaths } from '../../../app/src/contract';
import { onServers, testEnvironment } from '../../../app/test/support/environment';
import prepare from '../../../app/test/support/global-setup';
import { startPostgres, startRedis } from '../../../app/test/support/servers';
import { runCli } from '../../../app/test/support/service-process';
import type { Drill, Place } from './drill';
import { serveKubectl } from './kubectl-server';
import { Pods } from './pods';
import { makePath } from './steps';
import { Writer } from './traffic';

const managementToken = 'd'.repeat(64);

/** Sets the place up, has `work` use it, and takes everything away again, whatever happens. */
export async function withPlace<T>(
  drill: Pick<Drill, 'env'>,
  work: (place: Place, stepEnv: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  await prepare();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-drill-'));
  const undo: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    undo.push(() => Promise.all([postgres.stop(), redis.stop()]));
    const environment = testEnvironment({
      ...onServers(postgres, redis),
      HOLDFAST_SIGNING_KEY: 's'.repeat(64),
      HOLDFAST_MANAGEMENT_TOKEN: managementToken,
      // A drill sees what a release sees: seconds, not the half minute that nobody waits for here.
      HOLDFAST_HEALTH_INTERVAL_SECONDS: '1',
      ...drill.env,
    });
    undo.push(() => environment.remove());
    const { code, stderr } = await runCli(['migrate'], environment.env);
    if (code !== 0) throw new Error(`the migration fails: ${stderr}`);
    const pods = new Pods(environment.env);
    undo.push(() => pods.stop());
    await pods.start();
    const api = await serveKubectl(pods);
    undo.push(() => api.close());
    const writer = new Writer(pods);
    undo.push(() => writer.stop());
    const stepEnv = {
      PATH: makePath(directory),
      HOLDFAST_DRILL: api.url,
      HOLDFAST_MANAGEMENT_TOKEN: managementToken,
    };
    const place: Place = {
      ...{ postgres, redis, pods, writer, directory },
      setFlagFile: (content) => writeFileSync(join(environment.directory, flagFileName), content),
      holdfast: async (role, ...args) => {
        const url = pods.of(role)?.process.managementUrl ?? '';
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [resolve(__dirname, '../../../app/bin/holdfast.cjs'), ...args],
          { env: { ...stepEnv, HOME: process.env.HOME ?? '', HOLDFAST_MANAGEMENT_URL: url } },
        );
        return stdout;
      },
      status: async (role, component) => {
        try {
          const url = `${pods.of(role)?.process.managementUrl}${managementPaths.health}`;
          const health = await (await fetch(url, { signal: AbortSignal.timeout(2_000) })).json();
          const { components } = health as { components: { name: string; status: string }[] };
          return components.find(({ name }) => name === component)?.status ?? 'UNKNOWN';
        } catch {
          return 'UNREACHABLE';
        }
      },
    };
    return await work(place, stepEnv);
  } finally {
    for (const each of undo.reverse()) await each();
  }
}
