import { sql } from 'kysely';
import { openPostgres } from '../src/kernel/database';
import { createLogger } from '../src/kernel/logging';
import { loadSettings } from '../src/kernel/settings';
import { onServers, testEnvironment } from './support/environment';
import { logSink } from './support/kernel';
import { type PostgresServer, startPostgres } from './support/servers';
import { runCli } from './support/service-process';

/** The loopback has more addresses than the one that the server listens on: nobody answers there. */
const nobody = '127.0.0.2';
let postgres: PostgresServer;
const { env, remove } = testEnvironment();
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  remove();
});
const servers = () => ({ ...env, ...onServers(postgres, { port: 1 }) });

it('migrates past the proxy, at the server itself', async () => {
  const { code, stderr } = await runCli(['migrate', '--wait', '5'], {
    ...servers(),
    HOLDFAST_DATABASE_HOST: nobody,
    HOLDFAST_DATABASE_DIRECT_HOST: postgres.host,
  });
  expect([code, stderr]).toEqual([0, '']);
  expect(postgres.sql('select count(*) > 0 from kysely_migration')).toBe('t');
});

it('names the host that it waited for', async () => {
  const { stderr } = await runCli(['migrate', '--wait', '1'], {
    ...servers(),
    HOLDFAST_DATABASE_DIRECT_HOST: nobody,
  });
  expect(stderr).toContain(`The database at ${nobody}:${postgres.port} did not answer`);
});

it.each([
  ['a replica', (own: string) => own, nobody],
  ['the primary while no replica answers', () => nobody, undefined],
])('reads from %s', async (_, reader, host = postgres.host) => {
  const { settings } = loadSettings({
    ...servers(),
    HOLDFAST_DATABASE_HOST: host,
    HOLDFAST_DATABASE_READER_HOSTS: reader(postgres.host),
  });
  const log = createLogger(settings, 'gateway', logSink().stream);
  const database = openPostgres({ settings, user: postgres.user, password: () => 'any', log });
  const { rows } = await database.read((db) => sql<{ one: number }>`select 1 as one`.execute(db));
  expect(rows).toEqual([{ one: 1 }]);
  await database.close();
});
