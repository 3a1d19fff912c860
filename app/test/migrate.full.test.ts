import {
  exporter,
  roles,
  routes,
  type ServiceRoleName,
  serviceRoleNames,
  viewerLogin,
} from '../src/contract';
import type { Privilege } from '../src/kernel/database';
import { startService } from '../src/roles';
import { schema } from '../src/roles/schema';
import { onServers, testEnvironment } from './support/environment';
import { logSink } from './support/kernel';
import { freePort, type PostgresServer, startPostgres } from './support/servers';
import { eventually, runCli } from './support/service-process';

let postgres: PostgresServer;
const { env, remove } = testEnvironment();
beforeAll(async () => {
  postgres = await startPostgres();
  // As on RDS.
  postgres.sql('grant pg_monitor to holdfast_owner with admin option');
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  remove();
});
const migrate = () => runCli(['migrate'], { ...env, ...onServers(postgres, { port: 1 }) });

/** What a login really may do, as the server sees it. */
function privilegesOf(role: ServiceRoleName): Record<string, Privilege[]> {
  const rows = postgres.sql(
    `select table_name, lower(privilege_type) from information_schema.table_privileges
     where grantee = '${roles[role].databaseUser}' order by 1, 2`,
  );
  const found: Record<string, Privilege[]> = {};
  for (const row of rows.split('\n').filter(Boolean)) {
    const [table = '', privilege] = row.split('|');
    found[table] = [...(found[table] ?? []), privilege as Privilege];
  }
  return found;
}
const sorted = (grants: Readonly<Record<string, readonly Privilege[]>>) =>
  Object.fromEntries(Object.entries(grants).map(([table, privileges]) => [table, [...privileges].sort()]));
const refused = (statement: string, user: string): string => {
  try {
    postgres.sql(statement, user);
    return 'allowed';
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error);
  }
};

it('migrates, may run three times at once and again, and gives each role exactly its rights', async () => {
  const atOnce = await Promise.all([migrate(), migrate(), migrate()]);
  expect(atOnce.map(({ code, stderr }) => [code, stderr])).toEqual(Array(3).fill([0, '']));
  expect((await migrate()).code).toBe(0);

  const applied = postgres.sql('select name from kysely_migration order by name').split('\n');
  expect(applied).toEqual(Object.keys(schema.migrations).sort());
  for (const role of serviceRoleNames) expect(privilegesOf(role)).toEqual(sorted(schema.grants[role]));
}, 60_000);

it('takes away rights that a release no longer lists, and grants rds_iam where it exists', async () => {
  postgres.sql('grant select on event_aggregates to holdfast_collector', 'holdfast_owner');
  postgres.sql('create role rds_iam; grant rds_iam to holdfast_owner with admin option');
  expect((await migrate()).code).toBe(0);
  expect(privilegesOf('collector')).toEqual(sorted(schema.grants.collector));
  const members = postgres.sql(
    `select count(*) from pg_auth_members m join pg_roles r on r.oid = m.roleid
     join pg_roles u on u.oid = m.member where r.rolname = 'rds_iam' and u.rolname ~ '_(gateway|collector|worker|viewer)$'`,
  );
  expect(members).toBe('4');
});

it.each([
  ['collector', 'select * from event_aggregates'],
  ['collector', 'select * from event_batches'],
  ['collector', 'delete from event_idempotency_keys'],
  ['gateway', 'select * from event_batches'],
  ['gateway', "insert into event_aggregates values (now(), 'a', 1, 1, 1, 1)"],
  ['worker', 'delete from event_aggregates'],
  ['worker', 'select * from event_batches_dead'],
  ['worker', 'drop table event_batches'],
] as const)('the %s may not: %s', (role, statement) => {
  expect(refused(statement, roles[role].databaseUser)).toMatch(/permission denied|must be owner/);
});

it('lets people read every table, and change none', () => {
  const { databaseUser } = viewerLogin;
  for (const table of Object.keys(schema.grants.worker)) {
    expect(refused(`select count(*) from ${table}`, databaseUser)).toBe('allowed');
    expect(refused(`delete from ${table}`, databaseUser)).toMatch(/read-only transaction|permission denied/);
    const asked = `set transaction_read_only = off; delete from ${table}`;
    expect(refused(asked, databaseUser)).toMatch(/permission denied/);
  }
});

it('lets the exporter see statistics where the owner may, and no table', () => {
  const { databaseUser } = exporter;
  expect(postgres.sql(`select pg_has_role('${databaseUser}', 'pg_monitor', 'member')`)).toBe('t');
  for (const table of Object.keys(schema.grants.worker)) {
    expect(refused(`select count(*) from ${table}`, databaseUser)).toMatch(/permission denied/);
  }
});

it('gives up with one sentence when the database never answers', async () => {
  const unreachable = { ...env, ...onServers({ port: await freePort() }, { port: 1 }) };
  const { code, stderr } = await runCli(['migrate', '--wait', '1'], unreachable);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^The database at 127\.0\.0\.1:\d+ did not answer within 1 s: connect ECONNREFUSED \S+\n$/,
  );
});

it('is done in process by the role all, as soon as the database is there', async () => {
  postgres.sql('create role holdfast_all login');
  const servers = { ...onServers(postgres, { port: await freePort() }), HOLDFAST_DATABASE_NAME: 'laptop' };
  const service = await startService(
    'all',
    { ...env, ...servers },
    { ports: { public: 0, management: 0 }, logDestination: logSink().stream },
  );
  const url = `http://127.0.0.1:${service.ports.public}${routes.queryAggregates.path}`;
  expect((await fetch(url)).status).toBe(503);
  postgres.sql('create database laptop owner holdfast_all');
  await eventually(
    async () => (await fetch(url)).status,
    (status) => status === 200,
  );
  expect(await service.shutdown()).toBeUndefined();
});
