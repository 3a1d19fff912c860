/**
 * `npm run smoke` against the three roles, on servers of its own, or on those that HOLDFAST_TEST_POSTGRES_PORT and HOLDFAST_TEST_CACHE_PORT
 * name: GitHub's jobs start PostgreSQL and Valkey in containers.
 */
import { spawnSync } from 'node:child_process';
import { serviceRoleNames } from '../app/src/contract';
import { onServers, type TestEnvironment, testEnvironment } from '../app/test/support/environment';
import { startPostgres, startRedis } from '../app/test/support/servers';
import { runCli, type ServiceProcess, startProcess } from '../app/test/support/service-process';
import { type SmokeTarget, smokeTest } from '../tools/lib/smoke/checks';

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

test('as a command it says which checks passed, and exits 1 where one fails', () => {
  const smoke = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'tools/smoke.ts', ...args], { encoding: 'utf8' });
  // The gateway alone takes no events.
  const gateway = smoke(target.gateway, '--management', target.management.gateway ?? '');
  expect(gateway.stdout).toMatch(/ok {4}service: probes[\s\S]*FAILS an event comes back.*404/);
  expect(gateway.status).toBe(1);
  const unknown = smoke('qa');
  expect([unknown.status, unknown.stderr.trim()]).toEqual([
    1,
    expect.stringMatching(/^error "qa" is neither a URL nor one of dev, /),
  ]);
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
