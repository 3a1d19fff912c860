import fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import { type ErrorCode, errorAlerts, errorFamilies, errors } from '../src/contract';
import { errorRoutes } from '../src/kernel/errors/admin';
import { ErrorReports } from '../src/kernel/errors/reports';
import { createPublicServer } from '../src/kernel/http';
import { createMetrics } from '../src/kernel/metrics';
import { AuthProblem, Problem, problemOf, SystemProblem, ValidationProblem } from '../src/kernel/problems';
import { Resilience } from '../src/kernel/resilience';
import { metricsRoutes } from '../src/kernel/telemetry/admin';
import { runAs } from '../src/kernel/telemetry/context';
import { addAdmin } from './support/admin';
import { noDatabase, startTestKernel, type TestKernel } from './support/kernel';

let service: TestKernel;
beforeAll(async () => {
  service = await startTestKernel({}, noDatabase);
});
afterAll(() => service.close());
const codes = Object.keys(errors) as ErrorCode[];

describe('the table of errors', () => {
  it('has codes of every family, and each definition hangs together', () => {
    expect(codes.length).toBeGreaterThanOrEqual(20);
    const families = new Set(codes.map((code) => code.split('_')[0]));
    expect([...families].sort()).toEqual(Object.keys(errorFamilies).sort());
    for (const code of codes) {
      const { status, retryable, strategy } = errors[code];
      expect([code, status]).toEqual([code, expect.any(Number)]);
      // Who is told to try again must not be told that it's useless, and the other way round.
      if (strategy === 'RETRY' || strategy === 'CIRCUIT_BREAK')
        expect([code, retryable]).toEqual([code, true]);
      if (strategy === 'IGNORE' || strategy === 'ALERT') expect([code, retryable]).toEqual([code, false]);
      if (strategy === 'IGNORE') expect(status).toBeLessThan(500);
    }
  });

  it('never takes back what clients rely on', () => {
    expect(Object.fromEntries(codes.map((code) => [code, errors[code].status]))).toMatchObject({
      VAL_BODY: 400,
      VAL_BODY_TOO_LARGE: 413,
      VAL_MEDIA_TYPE: 415,
      VAL_HEADER: 400,
      VAL_QUERY: 400,
      VAL_CURSOR: 400,
      VAL_EVENT: 422,
      VAL_IDEMPOTENCY_KEY: 409,
      RES_ROUTE_NOT_FOUND: 404,
      EXT_DATABASE_UNAVAILABLE: 503,
      SYS_INGESTION_PAUSED: 503,
      SYS_INTERNAL: 500,
    });
  });

  it('gives each code the class of its family', () => {
    for (const code of codes) {
      const problem = problemOf(code);
      expect(problem).toBeInstanceOf(Problem);
      expect(problem.code).toBe(code);
    }
    expect(problemOf('AUTH_REQUIRED')).toBeInstanceOf(AuthProblem);
    expect(problemOf('VAL_BODY')).toBeInstanceOf(ValidationProblem);
    expect(problemOf('VAL_BODY')).not.toBeInstanceOf(AuthProblem);
    expect(new Set(codes.map((code) => problemOf(code).name)).size).toBe(Object.keys(errorFamilies).length);
  });
});

describe('whatever is thrown', () => {
  it('an answer of ours shows nothing of it', async () => {
    let thrown: unknown;
    const { kernel, lifecycle } = service;
    const server = await createPublicServer({ ...kernel, lifecycle });
    server.get('/v1/test', () => Promise.reject(thrown));
    const secret = 'SECRET-OF-THE-INSIDE';
    const property = fc.constantFrom(
      'message',
      'code',
      'detail',
      'stack',
      'statusCode',
      'options',
      'name',
      'cause',
    );
    const anything = fc.oneof(
      fc.anything().map((value) => value ?? secret),
      fc.tuple(property, fc.oneof(fc.string(), fc.integer(), fc.anything())).map(([name, value]) =>
        Object.assign(new Error(secret), {
          [name]: name === 'message' ? `${secret} ${String(name)}` : value,
        }),
      ),
      fc.string().map((text) => new TypeError(secret + text, { cause: new Error(secret) })),
      fc.constantFrom(...codes).map((code) => problemOf(code, { cause: new Error(secret) })),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        thrown = value;
        const response = await server.inject('/v1/test');
        const body = response.json();
        expect(response.headers['content-type']).toContain('application/problem+json');
        expect(codes).toContain(body.code);
        expect(response.statusCode).toBe(errors[body.code as ErrorCode].status);
        expect(response.body).not.toContain(secret);
        expect(response.body).not.toContain('.ts:');
        expect(body.correlationId).toBe(response.headers['x-correlation-id']);
      }),
      { numRuns: 300 },
    );
  });
});

describe('error reports', () => {
  const start = Date.parse('2026-03-01T12:00:00Z');
  function reports() {
    const clock = { now: start };
    const metrics = createMetrics({ process: false });
    return { clock, metrics, reports: new ErrorReports(service.kernel.log, metrics, () => clock.now) };
  }

  it('keep the last errors, the newest first, without secrets', () => {
    const { reports: kept } = reports();
    const cause = new Error('password=hunter2');
    for (let index = 0; index < 250; index++) {
      const problem = new SystemProblem('SYS_INTERNAL', { cause, detail: `number ${index}` });
      runAs({ correlationId: `work-${index}` }, () => kept.record(problem, { route: '/v1/x' }));
    }
    const recent = kept.recent();
    expect(recent).toHaveLength(200);
    expect(recent[0]).toMatchObject({ detail: 'number 249', correlationId: 'work-249', route: '/v1/x' });
    expect(recent[0]?.cause).toMatchObject({ name: 'Error', message: 'password=[redacted]' });
    expect(JSON.stringify(recent)).not.toContain('hunter2');
    expect(kept.find('work-249')).toEqual([recent[0]]);
    expect(kept.find(recent[3]?.id ?? '')).toEqual([recent[3]]);
    expect(kept.find('work-1')).toEqual([]);
  });

  it('keep no cause where the caller is at fault', () => {
    const { reports: kept } = reports();
    kept.record(new ValidationProblem('VAL_BODY', { cause: new Error('x') }));
    expect(kept.recent()[0]?.cause).toBeUndefined();
  });

  it('count within the last minutes', () => {
    const { reports: kept, clock } = reports();
    kept.record(new ValidationProblem('VAL_BODY'));
    clock.now += 70_000;
    kept.record(new ValidationProblem('VAL_QUERY'));
    expect(kept.stats()).toMatchObject({
      totals: { VAL_BODY: 1, VAL_QUERY: 1 },
      lastMinute: { VAL_QUERY: 1 },
      lastFiveMinutes: { VAL_BODY: 1, VAL_QUERY: 1 },
    });
    expect(kept.stats().lastMinute.VAL_BODY).toBeUndefined();
    clock.now += 301_000;
    expect(kept.stats().lastFiveMinutes).toEqual({});
  });

  it('raise one alert when one code comes too often, and are silent for a while', async () => {
    const { reports: kept, clock, metrics } = reports();
    const alerts: unknown[] = [];
    kept.onAlert((alert) => alerts.push(alert));
    kept.onAlert(() => {
      throw new Error('a listener that fails');
    });
    const many = (count: number) => {
      for (let index = 0; index < count; index++) kept.record(new SystemProblem('SYS_OVERLOADED'));
    };
    many(errorAlerts.threshold.high - 1);
    expect(alerts).toEqual([]);
    many(5);
    expect(alerts).toMatchObject([
      { code: 'SYS_OVERLOADED', severity: 'high', count: errorAlerts.threshold.high },
    ]);
    clock.now += errorAlerts.silenceSeconds * 1000;
    many(errorAlerts.threshold.high);
    expect(alerts).toHaveLength(2);
    for (let index = 0; index < 500; index++) kept.record(new ValidationProblem('VAL_BODY'));
    expect(alerts).toHaveLength(2);
    expect(kept.stats().alerts).toHaveLength(2);
    expect(await metrics.render()).toContain('holdfast_error_alerts_total{code="SYS_OVERLOADED"} 2');
  });
});

describe('the routes for operators', () => {
  let server: FastifyInstance;
  const { log } = { log: () => service.kernel.log };
  beforeAll(() => {
    const metrics = createMetrics({ process: false });
    const reports = new ErrorReports(log(), metrics);
    const resilience = new Resilience({ log: log(), metrics, enabled: () => true });
    server = Fastify();
    for (const routes of [errorRoutes, metricsRoutes]) {
      addAdmin(server, routes, { kernel: { reports, resilience, metrics } });
    }
    reports.record(new SystemProblem('SYS_OVERLOADED'), { correlationId: 'mine' });
    reports.record(new ValidationProblem('VAL_BODY'));
    metrics.holdfast_events_accepted_total.add(41);
    metrics.holdfast_http_request_duration_seconds.observe({ method: 'GET', route: '/' }, 1);
  });
  const get = async (url: string) => (await server.inject(url)).json();

  it('show counts, the last errors, and one of them', async () => {
    expect(await get('/admin/v1/errors/stats')).toMatchObject({ totals: { SYS_OVERLOADED: 1, VAL_BODY: 1 } });
    const { errors: all } = await get('/admin/v1/errors/recent');
    expect(all.map(({ code }: { code: string }) => code)).toEqual(['VAL_BODY', 'SYS_OVERLOADED']);
    expect((await get('/admin/v1/errors/recent?severity=high')).errors).toHaveLength(1);
    expect((await get('/admin/v1/errors/recent?code=VAL_BODY&limit=1')).errors).toHaveLength(1);
    expect((await get('/admin/v1/errors/mine')).errors).toEqual([all[1]]);
    expect(await get('/admin/v1/errors/nobody')).toMatchObject({ status: 404, code: 'RES_NOT_FOUND' });
    expect(await get('/admin/v1/errors/recent?limit=x')).toMatchObject({ code: 'VAL_QUERY' });
  });

  it('show breakers and close them', async () => {
    const { breakers } = await get('/admin/v1/errors/breakers');
    expect(breakers).toContainEqual(expect.objectContaining({ dependency: 'database', state: 'closed' }));
    const reset = (name: string) =>
      server.inject({ method: 'POST', url: `/admin/v1/errors/breakers/${name}/reset` });
    expect((await reset('database')).json()).toMatchObject({ dependency: 'database', state: 'closed' });
    const unknown = await reset('nothing');
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json().detail).toContain('database');
  });

  it('show metrics: in short, in full, and the greatest', async () => {
    const { metrics } = await get('/admin/v1/metrics/summary');
    expect(metrics).toContainEqual(
      expect.objectContaining({ name: 'holdfast_events_accepted_total', type: 'counter', total: 41 }),
    );
    expect((await get('/admin/v1/metrics/export')).metrics).toHaveLength(metrics.length);
    const text = await server.inject('/admin/v1/metrics/export?format=prom');
    expect(text.body).toContain('holdfast_events_accepted_total 41');
    expect((await get('/admin/v1/metrics/top?limit=1')).series).toEqual([
      { metric: 'holdfast_events_accepted_total', labels: {}, value: 41 },
    ]);
    const { series } = await get('/admin/v1/metrics/top?metric=holdfast_http_request_duration_seconds');
    expect(series).toMatchObject([{ labels: { method: 'GET', route: '/' }, value: 1 }]);
    expect(await get('/admin/v1/metrics/top?metric=nothing')).toMatchObject({ code: 'VAL_QUERY' });
    expect(await get('/admin/v1/metrics/export?format=xml')).toMatchObject({ code: 'VAL_QUERY' });
  });
});
