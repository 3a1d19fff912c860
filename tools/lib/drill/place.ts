import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flagFileName, managementPaths } from '../../../app/src/contract';
import { onServers, testEnvironment } from '../../../app/test/support/environment';
import prepare from '../../../app/test/support/global-setup';
import { startPostgres, startRedis } from '../../../app/test/support/servers';
import { runCli } from '../../../app/test/support/service-process';
import { maySmallDisk, smallDisk } from '../../../app/test/support/small-disk';
import type { Drill, Place } from './drill';
import { startExporter } from './exporter';
import { serveKubectl } from './kubectl-server';
import { Pods } from './pods';
import { makePath } from './steps';
import { Writer } from './traffic';

const managementToken = 'd'.repeat(64);

/** Sets the place up, has `work` use it, and takes everything away again, whatever happens. */
export async function withPlace<T>(
  drill: Pick<Drill, 'env' | 'diskMiB' | 'exporter' | 'beforeStart'>,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  await prepare();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-drill-'));
  chmodSync(directory, 0o755);
  mkdirSync(join(directory, 'backups'));
  writeFileSync(join(directory, 'backup.key'), randomBytes(32).toString('hex'), { mode: 0o600 });
  for (const name of ['.', 'backups', 'backup.key']) forPostgres(join(directory, name));
  const undo: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    if (drill.diskMiB && !maySmallDisk)
      throw new Error(
        'This drill mounts a small file system: only root may. Run it as root, in a container for example.',
      );
    const disk = drill.diskMiB ? smallDisk(drill.diskMiB) : undefined;
    undo.push(() => disk?.remove());
    // Else the log alone would fill a small disk.
    const log: Record<string, string> = disk ? { min_wal_size: '32MB', max_wal_size: '32MB' } : {};
    const [postgres, redis] = await Promise.all([
      startPostgres(undefined, log, disk?.directory),
      startRedis(),
    ]);
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
    const onEnd = (each: () => unknown) => void undo.push(each);
    const changed = (await drill.beforeStart?.({ postgres, redis, directory, onEnd })) ?? {};
    const env = withChanges(environment.env, changed);
    const pods = new Pods(env);
    undo.push(() => pods.stop());
    await pods.start();
    const exporter = drill.exporter ? await startExporter(env) : undefined;
    undo.push(() => exporter?.stop());
    const api = await serveKubectl(pods, exporter?.port);
    undo.push(() => api.close());
    const writer = new Writer(pods);
    undo.push(() => writer.stop());
    const stepEnv = {
      ...env,
      PATH: makePath(directory),
      HOLDFAST_DRILL: api.url,
      HOLDFAST_BACKUP_STORE: join(directory, 'backups'),
      HOLDFAST_BACKUP_KEY_FILE: join(directory, 'backup.key'),
    };
    const place: Place = {
      ...{ postgres, redis, disk, pods, writer, directory, stepEnv, onEnd },
      exporterUrl: exporter && `http://127.0.0.1:${exporter.port}`,
      setFlagFile: (content) => writeFileSync(join(environment.directory, flagFileName), content),
      holdfast: async (role, ...args) => {
        const url = pods.of(role)?.process.managementUrl ?? '';
        const {
          code: ended,
          stdout,
          stderr: said,
        } = await runCli(args, { ...stepEnv, HOLDFAST_MANAGEMENT_URL: url });
        if (ended !== 0) throw new Error(`holdfast ${args.join(' ')} ends with ${ended}: ${said || stdout}`);
        return stdout;
      },
      answer: (role, path) =>
        fetch(`${pods.of(role)?.process.publicUrl}${path}`, { signal: AbortSignal.timeout(2_000) }).then(
          ({ status }) => status,
          () => 0,
        ),
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
    return await work(place);
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

/** Undefined takes a variable away. */
function withChanges(
  env: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const all = Object.entries({ ...env, ...changes });
  return Object.fromEntries(all.filter((each): each is [string, string] => each[1] !== undefined));
}

/** PostgreSQL doesn't run as root: there it borrows the user that owns nothing. */
export function forPostgres(path: string): string {
  if (process.getuid?.() === 0) chownSync(path, 65_534, 65_534);
  return path;
}
