import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probes } from '../src/contract';
import type { Service } from '../src/kernel/kernel';
import { findAccess, leaveAccess } from '../src/kernel/management-access';
import { version } from '../src/kernel/version';
import { startService } from '../src/roles';
import { type TestEnvironment, testEnvironment, unreachable } from './support/environment';
import { logSink } from './support/kernel';
import { eventually } from './support/service-process';

const token = 't'.repeat(64);
let environment: TestEnvironment;
let tokenFile: string;
let configFile: string;
let service: Service;
let sink: ReturnType<typeof logSink>;
beforeAll(async () => {
  environment = testEnvironment(await unreachable());
  tokenFile = join(environment.directory, 'token');
  configFile = join(environment.directory, 'holdfast.yaml');
  writeFileSync(tokenFile, token);
  writeFileSync(configFile, 'performance: { query_cache_seconds: 20 }');
  sink = logSink();
  const env = {
    ...environment.env,
    HOLDFAST_MANAGEMENT_TOKEN_FILE: tokenFile,
    HOLDFAST_CONFIG_FILE: configFile,
  };
  const ports = { public: 0, management: 0 };
  service = await startService('gateway', env, { ports, logDestination: sink.stream, pollMs: 20 });
});
afterAll(async () => {
  await service.shutdown();
  environment.remove();
});

async function ask(
  method: string,
  path: string,
  options: { token?: string; body?: unknown; auth?: string } = {},
) {
  const authorization = options.auth ?? (options.token === undefined ? undefined : `Bearer ${options.token}`);
  const response = await fetch(`http://127.0.0.1:${service.ports.management}${path}`, {
    method,
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}
const get = (path: string) => ask('GET', path, { token });
const post = (path: string, body?: unknown) => ask('POST', path, { token, body });

describe('access', () => {
  const routes = [
    ['GET', '/admin/v1/system'],
    ['POST', '/admin/v1/system/reload'],
    ['POST', '/admin/v1/system/drain'],
    ['POST', '/admin/v1/system/undrain'],
    ['GET', '/admin/v1/config'],
    ['GET', '/admin/v1/config/schema'],
    ['POST', '/admin/v1/config/validate'],
    ['POST', '/admin/v1/config/diff'],
  ] as const;

  it.each(routes)('%s %s is for holders of the token', async (method, path) => {
    const without = await ask(method, path);
    expect(without).toMatchObject({ status: 401, json: { code: 'AUTH_REQUIRED' } });
    expect(without.headers.get('content-type')).toContain('application/problem+json');
    expect(without.headers.get('www-authenticate')).toMatch(/^Bearer/);
    for (const auth of ['Bearer wrong', `Bearer ${token}x`, `Basic ${token}`, 'Bearer', token]) {
      expect(await ask(method, path, { auth })).toMatchObject({
        status: 401,
        json: { code: 'AUTH_INVALID' },
      });
    }
    expect((await ask(method, path, { token })).status).toBe(200);
    await post('/admin/v1/system/undrain');
  });

  it('is not given on the public port', async () => {
    const url = `http://127.0.0.1:${service.ports.public}/admin/v1/system`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(404);
    await response.body?.cancel();
  });

  it('follows the rotation of the token, and still knows the one before', async () => {
    const next = 'n'.repeat(64);
    writeFileSync(tokenFile, next);
    const status = async (sent: string) => (await ask('GET', '/admin/v1/system', { token: sent })).status;
    await eventually(
      () => status(next),
      (answer) => answer === 200,
    );
    expect(await status(token)).toBe(200);
    writeFileSync(tokenFile, token);
    await eventually(
      () => service.kernel.secrets.current('HOLDFAST_MANAGEMENT_TOKEN'),
      (current) => current === token,
    );
  });

  it('leaves a line for each change, and the token in none', async () => {
    await post('/admin/v1/system/drain');
    await post('/admin/v1/system/undrain');
    const audit = sink.entries.filter((entry) => entry.audit === true);
    expect(audit.at(-1)).toMatchObject({
      who: 'management token',
      method: 'POST',
      route: '/admin/v1/system/undrain',
      status: 200,
      correlationId: expect.any(String),
    });
    expect(sink.text()).not.toContain(token);
  });
});

describe('the system', () => {
  it('tells what it is, how it came there, and what it consists of', async () => {
    const { json } = await get('/admin/v1/system');
    expect(json).toMatchObject({
      role: 'gateway',
      version,
      state: 'degraded',
      ready: true,
      draining: false,
      history: [
        { from: 'stopped', to: 'starting' },
        { from: 'starting', to: 'degraded' },
      ],
    });
    const names = json.components.map((component: { name: string }) => component.name);
    expect(names).toEqual(
      expect.arrayContaining(['database', 'cache', 'aggregate queries', 'public server']),
    );
    for (const component of json.components) {
      expect(component).toMatchObject({ state: 'started', startMs: expect.any(Number) });
    }
  });

  it('is drained and put back by request: readiness follows, liveness does not', async () => {
    expect((await post('/admin/v1/system/drain')).json).toMatchObject({ draining: true, ready: false });
    expect((await ask('GET', probes.readiness.path)).status).toBe(503);
    expect((await ask('GET', probes.liveness.path)).status).toBe(200);
    expect((await post('/admin/v1/system/undrain')).json).toMatchObject({ draining: false, ready: true });
    expect((await ask('GET', probes.readiness.path)).status).toBe(200);
  });
});

describe('the configuration', () => {
  it('is shown with where each value comes from, without a secret', async () => {
    const { json, text } = await get('/admin/v1/config');
    const of = (key: string) => json.settings.find(({ setting }: { setting: string }) => setting === key);
    expect(of('HOLDFAST_QUERY_CACHE_SECONDS')).toMatchObject({
      section: 'performance',
      value: 20,
      source: { kind: 'file', from: configFile, at: 'performance.query_cache_seconds' },
      reloadable: true,
    });
    expect(of('HOLDFAST_MANAGEMENT_TOKEN')).toMatchObject({
      value: '[redacted]',
      source: { kind: 'secret file', from: tokenFile },
    });
    for (const secret of [token, 'any-password', service.kernel.settings.HOLDFAST_SIGNING_KEY]) {
      expect(text).not.toContain(secret);
    }
  });

  it('is reloaded, or not, with the reason', async () => {
    writeFileSync(configFile, 'performance: { query_cache_seconds: 0 }');
    expect((await post('/admin/v1/system/reload')).json).toMatchObject({
      ok: false,
      problems: [{ key: 'HOLDFAST_QUERY_CACHE_SECONDS', message: 'must be at least 1' }],
    });
    expect(service.kernel.settings.HOLDFAST_QUERY_CACHE_SECONDS).toBe(20);
    writeFileSync(configFile, 'monitoring: { log_level: debug }\nperformance: { query_cache_seconds: 30 }');
    expect((await post('/admin/v1/system/reload')).json.ok).toBe(true);
    expect(service.kernel.settings.HOLDFAST_QUERY_CACHE_SECONDS).toBe(30);
    expect(service.kernel.log.level).toBe('debug');
  });

  it('can be validated and compared before it is written', async () => {
    const bad = await post('/admin/v1/config/validate', { content: 'database: { pool_size: 0 }' });
    expect(bad.json).toMatchObject({ ok: false, problems: [{ key: 'HOLDFAST_DATABASE_POOL_SIZE' }] });
    expect((await post('/admin/v1/config/validate')).json).toEqual({ ok: true, problems: [], warnings: [] });
    const diff = await post('/admin/v1/config/diff', { content: 'database: { pool_size: 5 }' });
    expect(diff.json.needsRestart).toEqual([
      { setting: 'HOLDFAST_DATABASE_POOL_SIZE', from: 10, to: 5, reloadable: false },
    ]);
    expect(service.kernel.settings.HOLDFAST_DATABASE_POOL_SIZE).toBe(10);
    expect(await post('/admin/v1/config/diff', { contents: 'x' })).toMatchObject({
      status: 400,
      json: { code: 'VAL_BODY' },
    });
  });
});

describe('the access left for the command line', () => {
  it('is a file of this user alone, that leads to the service', () => {
    const directory = join(environment.directory, 'run');
    const [access] = findAccess(directory);
    expect(access).toEqual({
      url: `http://127.0.0.1:${service.ports.management}`,
      token,
      role: 'gateway',
      pid: process.pid,
    });
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, `${process.pid}.management.json`)).mode & 0o777).toBe(0o600);
  });

  it('is not left where others may write, and leftovers of the dead are skipped', () => {
    const open = join(environment.directory, 'open');
    mkdirSync(open, { mode: 0o777 });
    const access = { url: 'http://127.0.0.1:1', token, role: 'all', pid: 2 ** 22 + 1 };
    // The process's umask may have taken the rights away that this is about.
    chmodSync(open, 0o777);
    expect(() => leaveAccess(open, access)).toThrow('nobody else may write to');
    const own = join(environment.directory, 'own');
    const takeAway = leaveAccess(own, access);
    expect(findAccess(own)).toEqual([]);
    takeAway();
    expect(findAccess(join(environment.directory, 'nowhere'))).toEqual([]);
  });
});
