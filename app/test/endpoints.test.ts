import { Kysely, PostgresDialect } from 'kysely';
import { Client } from 'pg';
import { connectPostgres, hostOf } from '../src/kernel/database';
import { readingFrom } from '../src/kernel/database/reader';
import { createLogger } from '../src/kernel/logging';
import { loadSettings } from '../src/kernel/settings';
import { testEnvironment } from './support/environment';
import { logSink } from './support/kernel';

const environment = testEnvironment();
afterAll(() => environment.remove());
const settings = (more: Record<string, string> = {}) =>
  loadSettings({
    ...environment.env,
    HOLDFAST_DATABASE_ENGINE: 'postgres',
    HOLDFAST_DATABASE_HOST: 'proxy.internal',
    HOLDFAST_AWS_REGION: 'eu-west-1',
    ...more,
  }).settings;
const hosts = {
  HOLDFAST_DATABASE_DIRECT_HOST: 'primary.internal',
  HOLDFAST_DATABASE_READER_HOSTS: 'one.internal,two.internal',
};
const endpoints = ['pool', 'direct', 'reader'] as const;

describe('the host', () => {
  it('is the one of the setting, and the pool’s where there is none', () => {
    const all = settings(hosts);
    expect(endpoints.map((endpoint) => hostOf(settings(), endpoint))).toEqual(
      Array(3).fill('proxy.internal'),
    );
    expect(hostOf(all, 'pool')).toBe('proxy.internal');
    expect(hostOf(all, 'direct')).toBe('primary.internal');
  });

  it('of readers is one of them, not always the same', () => {
    const all = settings(hosts);
    const seen = new Set(Array.from({ length: 200 }, () => hostOf(all, 'reader')));
    expect([...seen].sort()).toEqual(['one.internal', 'two.internal']);
  });

  it('is written without spaces', () => {
    expect(() => settings({ HOLDFAST_DATABASE_READER_HOSTS: 'one.internal, two.internal' })).toThrow(
      'HOLDFAST_DATABASE_READER_HOSTS must be host names, separated by commas without spaces',
    );
  });

  it.each(endpoints)('of %s is the one that the login is signed for', async (endpoint) => {
    const before = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' });
    const { host, password } = connectPostgres(
      settings(hosts),
      'holdfast_gateway',
      () => undefined,
      endpoint,
    );
    const token = await (password as () => Promise<string>)();
    process.env = before;
    expect(token.split('/?')[0]).toBe(`${host}:5432`);
  });
});

it('opens connections with nothing that RDS Proxy refuses', () => {
  const config = connectPostgres(settings(), 'holdfast_gateway', () => undefined, 'pool');
  const client = new Client({ ...config, password: undefined }) as unknown as {
    getStartupConf(): Record<string, unknown>;
  };
  // With these alone it takes a connection, and pins none; `options`, or a timeout among them, ends with an error.
  const accepted = ['user', 'database', 'application_name', 'client_encoding'];
  expect(Object.keys(client.getStartupConf()).filter((name) => !accepted.includes(name))).toEqual([]);
});

describe('reading from a replica', () => {
  const connected = (name: string) =>
    Object.assign(
      new Kysely<unknown>({
        dialect: new PostgresDialect({ pool: () => Promise.reject(new Error('none')) }),
      }),
      { name },
    );
  const [reader, primary] = [connected('reader'), connected('primary')];
  const nameOf = (db: unknown) => (db as { name: string }).name;
  const failing = (code: string, asked: string[]) => async (db: unknown) => {
    asked.push(nameOf(db));
    if (db === reader) throw Object.assign(new Error('failed'), { code });
    return nameOf(db);
  };
  const start = () => {
    const sink = logSink();
    const clock = { now: 0 };
    const log = createLogger(settings(), 'gateway', sink.stream);
    return { sink, clock, read: readingFrom(reader, primary, log, () => clock.now) };
  };

  it('asks the replica and nobody else', async () => {
    expect(await start().read(async (db) => nameOf(db))).toBe('reader');
  });

  it('leaves a replica that is gone alone for half a minute, and says so once', async () => {
    const { read, clock, sink } = start();
    const asked: string[] = [];
    expect(await read(failing('ECONNREFUSED', asked))).toBe('primary');
    clock.now = 29_999;
    expect(await read(async (db) => nameOf(db))).toBe('primary');
    clock.now = 30_000;
    expect(await read(async (db) => nameOf(db))).toBe('reader');
    expect(asked).toEqual(['reader', 'primary']);
    expect(sink.entries.map(({ msg }) => msg)).toEqual(['the read replica fails; reading from the primary']);
  });

  it('asks the primary for a query that replay ended, and the replica for the next', async () => {
    const { read } = start();
    expect(await read(failing('40001', []))).toBe('primary');
    expect(await read(async (db) => nameOf(db))).toBe('reader');
  });

  it.each(['57014', '42601'])('does not repeat what would fail there too (%s)', async (code) => {
    const asked: string[] = [];
    await expect(start().read(failing(code, asked))).rejects.toMatchObject({ code });
    expect(asked).toEqual(['reader']);
  });
});
