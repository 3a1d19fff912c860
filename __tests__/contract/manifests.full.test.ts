/**
 * The service is started as each role with what the synthesised manifests of `dev` say (command, environment, flag
 * file, mounted secrets), on real servers, and every probe in the manifest is asked as the kubelet would.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Token } from 'cdktf';
import { exporter, migrationJob, routes, serviceRoleNames } from '../../app/src/contract';
import {
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
} from '../../app/test/support/servers';
import { containerOf, type PodContainer } from '../../tools/lib/local-pod';
import { ask, probeUrl, type RunPodOptions, startContainer, waitFor } from '../../tools/lib/run-pod';
import { readStack, type StackJson } from '../../tools/lib/stack-json';
import { deployable, loaded, remove, synthesiseForTest } from '../support/shipped';

let postgres: PostgresServer;
let redis: RedisServer;
let outdir: string;
let app: StackJson;
const running: ChildProcess[] = [];

beforeAll(async () => {
  const built = spawnSync('npm', ['run', 'build'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stdout + built.stderr);
  outdir = synthesiseForTest(deployable(loaded())).outdir;
  app = readStack(outdir, 'dev-app');
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
}, 120_000);
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all([postgres?.stop(), redis?.stop()]);
  remove(dirname(outdir));
});

/** What only a cluster knows: where the servers are, and how one logs in to them without AWS. */
function substitutes(): Record<string, string> {
  return {
    HOLDFAST_DATABASE_HOST: postgres.host,
    HOLDFAST_DATABASE_DIRECT_HOST: postgres.host,
    HOLDFAST_DATABASE_PORT: String(postgres.port),
    HOLDFAST_DATABASE_NAME: postgres.database,
    HOLDFAST_DATABASE_AUTH: 'password',
    HOLDFAST_DATABASE_PASSWORD: 'trusted-on-loopback',
    HOLDFAST_DATABASE_TLS: 'disable',
    HOLDFAST_CACHE_MODE: 'standalone',
    HOLDFAST_CACHE_HOST: redis.host,
    HOLDFAST_CACHE_PORT: String(redis.port),
    HOLDFAST_CACHE_NAME: 'unused-without-iam',
    HOLDFAST_CACHE_AUTH: 'none',
    HOLDFAST_CACHE_TLS: 'off',
  };
}

function start(container: PodContainer, env: Record<string, string>) {
  const options: RunPodOptions = {
    root: mkdtempSync(join(tmpdir(), 'holdfast-pod-')),
    cwd: resolve('app'),
    secrets: {
      HOLDFAST_SIGNING_KEY: 'k'.repeat(64),
      HOLDFAST_MANAGEMENT_TOKEN: 't'.repeat(64),
      HOLDFAST_DATABASE_PASSWORD: 'trusted-on-loopback',
    },
    env,
  };
  const child = startContainer(container, options);
  running.push(child);
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const gone = new AbortController();
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code))).finally(() =>
    gone.abort(),
  );
  return { child, exited, gone: gone.signal, said: () => output };
}

test('what is substituted here is filled in by Terraform there, or is a login without AWS', () => {
  const literal = Object.entries(containerOf(app, 'holdfast-gateway').env).filter(
    ([key, value]) => key in substitutes() && !value.includes('${') && !Token.isUnresolved(value),
  );
  expect(literal.map(([key]) => key).sort()).toEqual([]);
});

test('the migration Job prepares the database', async () => {
  const job = Object.values(app.resource?.kubernetes_job_v1 ?? {})[0] as { metadata: { name: string } };
  const container = containerOf(app, job.metadata.name);
  expect([...container.command, ...container.args]).toEqual([...migrationJob.command, ...migrationJob.args]);
  // The Job logs in with the password that external-secrets mounts, so that it is not substituted.
  const { HOLDFAST_DATABASE_PASSWORD: _, HOLDFAST_DATABASE_AUTH: __, ...env } = substitutes();
  const run = start(container, env);
  const code = await run.exited;
  expect({ code, said: code === 0 ? '' : run.said() }).toEqual({ code: 0, said: '' });
}, 60_000);

test('the exporter answers its probes, tells how both servers are, and stops when it is told to', async () => {
  const container = containerOf(app, 'holdfast-exporter');
  expect([...container.command, ...container.args]).toEqual([...exporter.command, ...exporter.args]);
  // No secret is mounted: on AWS its logins are signed.
  expect(Object.keys(container.env).filter((key) => /PASSWORD|KEY|TOKEN/.test(key))).toEqual([]);
  const run = start(container, substitutes());
  const { startup, readiness, liveness } = container.probes;
  if (!startup || !readiness || !liveness) throw new Error('a probe is missing in the manifest');
  const up = (await waitFor(container, startup, run.gone)) && (await waitFor(container, readiness, run.gone));
  expect({ up, said: up ? '' : run.said() }).toEqual({ up: true, said: '' });
  const metrics = await (await fetch(`${new URL(probeUrl(container, liveness)).origin}/metrics`)).text();
  expect(metrics).toContain('holdfast_exporter_up{server="postgres"} 1');
  expect(metrics).toContain('holdfast_exporter_up{server="valkey"} 1');
  run.child.kill('SIGTERM');
  expect({ code: await run.exited, said: run.said() }).toMatchObject({ code: 0 });
}, 60_000);

describe.each(serviceRoleNames)('%s', (role) => {
  test('answers its probes as Kubernetes needs, serves its routes, and drains', async () => {
    const container = containerOf(app, `holdfast-${role}`);
    const run = start(container, substitutes());
    const { startup, readiness, liveness } = container.probes;
    if (!startup || !readiness || !liveness) throw new Error('a probe is missing in the manifest');
    const up =
      (await waitFor(container, startup, run.gone)) && (await waitFor(container, readiness, run.gone));
    expect({ up, said: up ? '' : run.said() }).toEqual({ up: true, said: '' });
    expect(await ask(container, liveness)).toBe(true);

    const management = new URL(probeUrl(container, liveness)).origin;
    expect(await (await fetch(`${management}/health`)).json()).toMatchObject({ role, state: 'running' });
    expect(await (await fetch(`${management}/metrics`)).text()).toContain(`role="${role}"`);

    const publicPort = container.ports.find((port) => port.name === 'public')?.containerPort;
    for (const route of Object.values(routes).filter((r) => r.role === role)) {
      const answer = await fetch(`http://127.0.0.1:${publicPort}${route.path}`, {
        method: route.method,
        headers: { 'content-type': 'application/json' },
        body: route.method === 'POST' ? JSON.stringify({ events: [{ name: 'manifest' }] }) : undefined,
      });
      expect([route.path, answer.ok]).toEqual([route.path, true]);
    }

    run.child.kill('SIGTERM');
    if (publicPort !== undefined) {
      // Draining: out of the load balancer at once, alive until everything is served. A second signal hurries it.
      await sleep(500);
      expect([await ask(container, readiness), await ask(container, liveness)]).toEqual([false, true]);
      run.child.kill('SIGTERM');
    }
    expect(await run.exited).toBe(0);
  }, 120_000);
});
