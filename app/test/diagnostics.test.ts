import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { parse } from 'yaml';
import root from '../../package.json';
import { flagFileName } from '../src/contract';
import { MemoryCache } from '../src/kernel/cache';
import {
  type DiagnosticsContext,
  diagnosticsExitCode,
  diagnosticsRoutes,
  type DiagnosticsReport as Report,
  renderReport,
  renderReportJson,
  runDiagnostics,
} from '../src/kernel/diagnostics';
import { integrity } from '../src/kernel/diagnostics/categories/build';
import { compareInstalled } from '../src/kernel/diagnostics/categories/dependencies';
import { openFiles } from '../src/kernel/diagnostics/categories/resources';
import { nodeVersion } from '../src/kernel/diagnostics/categories/runtime';
import { secretModes } from '../src/kernel/diagnostics/categories/security';
import { writeManifest } from '../src/kernel/diagnostics/manifest';
import { wantsColour } from '../src/kernel/diagnostics/render';
import { type DiagnosticCategory, diagnosticCategories } from '../src/kernel/diagnostics/types';
import { Health } from '../src/kernel/health';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { loadSettings } from '../src/kernel/settings';
import { version } from '../src/kernel/version';
import { addAdmin } from './support/admin';
import { memoryDatabase } from './support/database';
import { onServers, testEnvironment } from './support/environment';
import { logSink } from './support/kernel';
import { freePort } from './support/servers';

const today = new Date('2026-03-01T12:00:00Z');
let environment: ReturnType<typeof testEnvironment>;
let ports: { public: number; management: number };
beforeEach(async () => {
  environment = testEnvironment();
  ports = { public: await freePort(), management: await freePort() };
});
afterEach(() => environment.remove());

const run = (env: Record<string, string> = {}, more: Partial<DiagnosticsContext> = {}) =>
  runDiagnostics({ env: { ...environment.env, ...env }, ports, today, ...more });
const findings = (report: Report, category: DiagnosticCategory) =>
  report.categories.find((each) => each.category === category)?.findings ?? [];
const verdicts = (report: Report, category: DiagnosticCategory) =>
  Object.fromEntries(findings(report, category).map(({ name, verdict }) => [name, verdict]));

it('look at twelve categories, and fail nothing on a sound machine', async () => {
  const report = await run();
  expect(report.categories.map(({ category }) => category)).toEqual([...diagnosticCategories]);
  expect(report.categories).toHaveLength(12);
  expect(report.counts.fail).toBe(0);
  for (const { findings: found } of report.categories) expect(found.length).toBeGreaterThan(0);
  expect(verdicts(report, 'dependencies')).toEqual({ packages: 'pass' });
  expect(diagnosticsExitCode(report)).toBe(0);
  expect(diagnosticsExitCode({ ...report, verdict: 'warn' }, true)).toBe(1);
  expect(diagnosticsExitCode({ ...report, verdict: 'pass' }, true)).toBe(0);
});

it('report every bad setting, and go on without them', async () => {
  const report = await run({ HOLDFAST_TIER: 'nowhere', HOLDFAST_DATABASE_POOL_SIZE: '0' });
  expect(findings(report, 'configuration')).toMatchObject([
    { verdict: 'fail', name: 'HOLDFAST_TIER', message: expect.stringContaining('must be one of local') },
    { verdict: 'fail', name: 'HOLDFAST_DATABASE_POOL_SIZE', remedy: expect.any(String) },
    ...findings(report, 'configuration').slice(2),
  ]);
  expect(verdicts(report, 'database')).toEqual({ database: 'warn' });
  expect(verdicts(report, 'runtime').node).toBe('pass');
  expect(diagnosticsExitCode(report)).toBe(1);
});

it('name a variable that is no setting', async () => {
  const [, unknown] = findings(await run({ HOLDFAST_LOG_LEVL: 'info' }), 'configuration');
  expect(unknown).toMatchObject({ verdict: 'warn', name: 'HOLDFAST_LOG_LEVL' });
});

it('fail what compliance asks for outside local: encryption, logins; secrets are never shown', async () => {
  const servers = onServers({ port: await freePort() }, { port: await freePort() });
  const key = 'k'.repeat(64);
  const secrets = {
    HOLDFAST_SIGNING_KEY: key,
    HOLDFAST_MANAGEMENT_TOKEN: key,
    HOLDFAST_DATABASE_PASSWORD: 'never-shown-1',
  };
  const report = await run({ ...servers, ...secrets, HOLDFAST_TIER: 'production' });
  expect(verdicts(report, 'compliance')).toEqual({
    'database encryption': 'fail',
    'database login': 'fail',
    'cache encryption': 'fail',
    'cache login': 'fail',
    HOLDFAST_SIGNING_KEY: 'pass',
    HOLDFAST_MANAGEMENT_TOKEN: 'pass',
    'log level': 'pass',
    'log redaction': 'pass',
  });
  expect(findings(report, 'database')).toMatchObject([
    {
      verdict: 'fail',
      message: expect.stringMatching(/as holdfast_gateway: .*ECONNREFUSED/),
      remedy: 'Follow runbooks/database-unreachable.md.',
    },
  ]);
  expect(findings(report, 'cache')).toMatchObject([
    { verdict: 'fail', remedy: expect.stringContaining('runbooks/') },
  ]);
  expect(verdicts(report, 'security').secrets).toBe('warn');
  const text = renderReport(report) + renderReportJson(report);
  expect(text).not.toContain('never-shown-1');
  expect(text).not.toContain('k'.repeat(64));

  const local = await run({ ...servers, ...secrets });
  expect(verdicts(local, 'compliance')['database encryption']).toBe('pass');
});

it('tell a taken port, a debugger’s certificates switch, and a broken flag file', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(ports.public, '0.0.0.0', resolve));
  writeFileSync(join(environment.directory, flagFileName), '{');
  const report = await run({ NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  blocker.close();
  expect(verdicts(report, 'ports')).toEqual({ public: 'fail', management: 'pass' });
  expect(verdicts(report, 'security').certificates).toBe('fail');
  expect(verdicts(report, 'files').flags).toBe('fail');
});

it('never throw: what breaks and what hangs are findings, and the rest is looked at', async () => {
  const report = await runDiagnostics(
    { env: environment.env, ports, timeoutMs: 200, today },
    {
      database: () => {
        throw new Error('broken');
      },
      cache: () => new Promise(() => {}),
    },
  );
  expect(findings(report, 'database')).toMatchObject([
    { verdict: 'fail', message: 'could not be looked at: broken' },
  ]);
  expect(findings(report, 'cache')).toMatchObject([{ verdict: 'fail', message: 'took more than 200 ms' }]);
  expect(verdicts(report, 'configuration')).toEqual({ settings: 'pass' });
});

it('look at a running service from inside, over its admin route', async () => {
  const { database } = await memoryDatabase();
  const loaded = loadSettings(environment.env);
  const log = createLogger(loaded.settings, 'all', logSink().stream);
  const health = new Health({ log, metrics: createMetrics() });
  health.register({ name: 'database', check: async () => ({ status: 'DEGRADED', cause: 'slow' }) });
  health.register({
    name: 'queue',
    check: async () => {
      throw new Error('stuck');
    },
  });
  await health.start();
  const server = fastify();
  addAdmin(server, diagnosticsRoutes, {
    diagnosed: () => ({
      ...{ env: environment.env, today },
      service: { role: 'all', loaded, database, cache: new MemoryCache(), health, ports },
    }),
  });
  const answer = await server.inject('/admin/v1/diagnostics');
  health.stop();
  await server.close();
  await database.close();
  const report = answer.json() as Report;
  expect(findings(report, 'components')).toMatchObject([
    { name: 'database', verdict: 'warn', remedy: 'Follow runbooks/database-unreachable.md.' },
    { name: 'queue', verdict: 'fail', message: 'UNHEALTHY: stuck; concerns fresh aggregates' },
  ]);
  expect(verdicts(report, 'database')).toEqual({ connection: 'pass', version: 'pass' });
  // Nobody listens there in this test.
  expect(verdicts(report, 'ports')).toEqual({ management: 'fail', public: 'pass' });
});

describe('single looks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-diagnostics-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['18.20.0', 'fail'],
    ['20.20.2', 'pass'],
    ['21.0.0', 'warn'],
  ])('Node %s: %s', (node, verdict) => {
    expect(nodeVersion(node, today).verdict).toBe(verdict);
  });
  it('the oldest Node that package.json allows', () => {
    const oldest = root.engines.node.replace('>=', '');
    expect(nodeVersion(`${oldest}.0`, today).verdict).toBe('pass');
    const [major, minor] = oldest.split('.').map(Number) as [number, number];
    expect(nodeVersion(`${major}.${minor - 1}.0`, today).verdict).toBe('fail');
  });
  it('a Node release that is no longer maintained', () => {
    expect(nodeVersion('20.20.2', new Date('2026-05-01'))).toMatchObject({
      verdict: 'warn',
      message: '20.20.2 has had no security fixes since 2026-04-30',
    });
  });

  it('few open files', () => {
    expect(openFiles('Max open files            1024       4096       files').verdict).toBe('warn');
    expect(openFiles('Max open files            65536      65536      files').verdict).toBe('pass');
  });

  it('packages that are missing or other than pinned', () => {
    mkdirSync(join(folder, 'node_modules/there'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/there/package.json'), '{"version":"1.0.0"}');
    expect(compareInstalled(join(folder), { there: '1.0.0' })).toMatchObject([{ verdict: 'pass' }]);
    expect(compareInstalled(folder, { there: '1.0.1', 'not-there': '1.0.0' })).toMatchObject([
      { verdict: 'fail', name: 'there', message: 'is 1.0.0, and 1.0.1 is pinned' },
      { verdict: 'fail', name: 'not-there' },
    ]);
  });

  it('secrets that every user may read', () => {
    const path = join(folder, 'secret');
    writeFileSync(path, 'x');
    chmodSync(path, 0o444);
    expect(secretModes([['HOLDFAST_SIGNING_KEY', path]])).toMatchObject([
      { verdict: 'warn', remedy: `chmod 0440 ${path}` },
    ]);
    chmodSync(path, 0o440);
    expect(secretModes([['HOLDFAST_SIGNING_KEY', path]])).toEqual([]);
  });

  it('code that is not what was built', () => {
    const dist = join(folder, 'dist');
    mkdirSync(join(dist, 'kernel'), { recursive: true });
    for (const name of ['main.js', 'kernel/one.js']) writeFileSync(join(dist, name), name);
    expect(integrity(dist)).toMatchObject({ verdict: 'warn' });
    writeManifest(dist, '0.0.1');
    expect(integrity(dist)).toMatchObject({ verdict: 'fail', message: expect.stringContaining('0.0.1') });
    writeManifest(dist, version);
    expect(integrity(dist)).toMatchObject({ verdict: 'pass', message: '2 files are as they were built' });
    writeFileSync(join(dist, 'main.js'), 'other');
    writeFileSync(join(dist, 'new.js'), '');
    rmSync(join(dist, 'kernel/one.js'));
    expect(integrity(dist)).toMatchObject({
      verdict: 'fail',
      message: 'kernel/one.js is missing, main.js was changed, new.js was added',
    });
  });
});

describe('the report', () => {
  it('is plain where colours are not wanted, and the same text where they are', async () => {
    const report = await run();
    const [plain, coloured] = [
      renderReport(report, { colour: false }),
      renderReport(report, { colour: true }),
    ];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
    expect(coloured).toContain('\x1b[');
    expect(plain).not.toContain('\x1b');
    expect(plain).toMatch(/^runtime {2}\d+ ms\n {2}pass {2}node/);
    expect(plain).toMatch(/→ /);
    expect(plain.trimEnd()).toMatch(/\d+ pass, \d+ warn, 0 fail$/);
    expect(wantsColour(true, undefined)).toBe(true);
    expect(wantsColour(true, '1')).toBe(false);
    expect(wantsColour(undefined, undefined)).toBe(false);
  });

  it('is JSON for machines', async () => {
    const report = await run();
    expect(JSON.parse(renderReportJson(report))).toEqual(report);
    expect(parse(renderReportJson(report))).toEqual(report);
  });
});
