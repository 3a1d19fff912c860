/**
 * `npm run smoke` against the three roles, on servers of its own, or on those that HOLDFAST_TEST_POSTGRES_PORT and HOLDFAST_TEST_CACHE_PORT
 * name: GitHub's jobs start PostgreSQL and Valkey in containers.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceRoleNames } from '../app/src/contract';
import { onServers, type TestEnvironment, testEnvironment } from '../app/test/support/environment';
import { startPostgres, startRedis } from '../app/test/support/servers';
import { runCli, type ServiceProcess, startProcess } from '../app/test/support/service-process';
import { type AwsDeployment, isAws } from '../environments/load';
import { type SmokeTarget, smokeTest } from '../tools/lib/smoke/checks';
import { withCluster } from '../tools/lib/smoke/cluster';
import { loaded } from './support/shipped';

const given = {
  postgres: Number(process.env.HOLDFAST_TEST_POSTGRES_PORT ?? 0),
  cache: Number(process.env.HOLDFAST_TEST_CACHE_PORT ?? 0),
};
const undo: (() => unknown)[] = [];
let environment: TestEnvironment;
let roles: Record<string, ServiceProcess>;
let target: SmokeTarget;

beforeAll(async () => {
  const server = async (port: number, start: () => Promise<{ port: number; stop(): Promise<void> }>) => {
    if (port > 0) return { port };
    const started = await start();
    undo.push(() => started.stop());
    return started;
  };
  const [postgres, cache] = await Promise.all([
    server(given.postgres, startPostgres),
    server(given.cache, startRedis),
  ]);
  environment = testEnvironment({
    ...onServers(postgres, cache),
    HOLDFAST_SIGNING_KEY: 's'.repeat(64),
    HOLDFAST_MANAGEMENT_TOKEN: 't'.repeat(64),
  });
  undo.push(() => environment.remove());
  expect(await runCli(['migrate'], environment.env)).toMatchObject({ code: 0 });
  const started = await Promise.all(serviceRoleNames.map((role) => startProcess(role, environment.env)));
  undo.push(() => started.forEach((each) => void each.child.kill('SIGKILL')));
  await Promise.all(started.map((each) => each.ready()));
  roles = Object.fromEntries(serviceRoleNames.map((role, index) => [role, started[index] as ServiceProcess]));
  target = {
    management: Object.fromEntries(Object.entries(roles).map(([role, each]) => [role, each.managementUrl])),
    collector: roles.collector?.publicUrl ?? '',
    gateway: roles.gateway?.publicUrl ?? '',
  };
}, 120_000);
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

const problems = async (options = {}) =>
  (await smokeTest(target, options)).flatMap(({ check, problem }) =>
    problem ? [`${check}: ${problem}`] : [],
  );

test('finds nothing wrong with the roles as they are deployed', async () => {
  expect((await smokeTest(target)).map(({ check }) => check)).toEqual([
    ...serviceRoleNames.flatMap((role) => [`${role}: probes`, `${role}: state`]),
    'flags are evaluated',
    'an event comes back',
  ]);
  expect(await problems()).toEqual([]);
}, 60_000);

test('as a command it says which checks passed, and exits 1 where one fails', async () => {
  const smoke = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'tools/smoke.ts', ...args], { encoding: 'utf8' });
  // As npm run up runs it: one process, with a database and a cache of its own.
  const local = testEnvironment();
  undo.push(() => local.remove());
  const all = await startProcess('all', local.env);
  undo.push(() => all.child.kill('SIGKILL'));
  await all.ready();
  const whole = smoke(all.publicUrl, '--management', all.managementUrl);
  expect(whole.stdout).toMatch(/ok {4}an event comes back[\s\S]*It works\./);
  expect(whole.status).toBe(0);
  await all.stop();
  // The gateway alone takes no events.
  const gateway = smoke(target.gateway, '--management', target.management.gateway ?? '');
  expect(gateway.stdout).toMatch(/ok {4}service: probes[\s\S]*FAILS an event comes back.*404/);
  expect(gateway.status).toBe(1);
  const unknown = smoke('qa');
  expect([unknown.status, unknown.stderr.trim()]).toEqual([
    1,
    expect.stringMatching(/^error "qa" is neither a URL nor one of dev, /),
  ]);
}, 120_000);

test('of an environment goes through kubectl, and says which image runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kubectl-'));
  undo.push(() => rmSync(folder, { recursive: true }));
  const deployment = loaded().deployments.filter(isAws)[0] as AwsDeployment;
  const items = serviceRoleNames.map((role) => ({
    metadata: { name: `holdfast-${role}`, generation: 1 },
    spec: { template: { spec: { containers: [{ image: `r@${deployment.images.service}` }] } } },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
  }));
  const taken = Object.fromEntries(Object.entries(roles).map(([role, each]) => [role, each.ports]));
  // As kubectl does: one line a port, and then it stays.
  const kubectl = `#!${process.execPath}
    const args = process.argv.slice(2);
    if (args[0] === 'get') { console.log(${JSON.stringify(JSON.stringify({ items }))}); process.exit(); }
    const role = args.find((one) => one.startsWith('deployment/')).replace('deployment/holdfast-', '');
    const own = ${JSON.stringify(taken)}[role];
    const names = { '8080': own.public, '8081': own.management };
    for (const one of args.filter((each) => each.startsWith(':')))
      console.log('Forwarding from 127.0.0.1:' + names[one.slice(1)] + ' -> ' + one.slice(1));
    setInterval(() => {}, 1000);`;
  writeFileSync(join(folder, 'kubectl'), kubectl, { mode: 0o755 });
  writeFileSync(join(folder, 'aws'), '#!/bin/sh\n', { mode: 0o755 });
  const path = process.env.PATH;
  process.env.PATH = `${folder}:${path}`;
  try {
    const results = await withCluster(deployment, (opened) => smokeTest(opened));
    expect(results.map(({ check }) => check)).toContain('the image is the one in images.json');
    expect(results.filter(({ problem }) => problem !== undefined)).toEqual([]);
    const other = { ...deployment, images: { ...deployment.images, service: `sha256:${'f'.repeat(64)}` } };
    const [image] = await withCluster(other, async () => []);
    expect(image?.problem).toContain('holdfast-gateway is to run r@sha256:0');
  } finally {
    process.env.PATH = path;
  }
}, 60_000);

test('tells another version, a worker that is gone, and a role that is gone', async () => {
  expect(await problems({ version: '9.9.9' })).toEqual(
    serviceRoleNames.map((role) => expect.stringMatching(`${role}: state: the version is .*, not 9.9.9`)),
  );
  await roles.worker?.stop();
  expect(await problems({ patienceSeconds: 2 })).toEqual([
    expect.stringMatching(/^worker: probes: .* does not answer: ECONNREFUSED/),
    expect.stringMatching(/^worker: state: .* does not answer/),
    'an event comes back: the event was accepted, but not aggregated within 2 s: is the worker well?',
  ]);
}, 60_000);
