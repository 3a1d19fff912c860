import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { managementPaths, probes } from '../src/contract';
import { Health, healthAdminRoutes, healthRoutes } from '../src/kernel/health';
import { Lifecycle } from '../src/kernel/lifecycle';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { addAdmin } from './support/admin';
import { logSink } from './support/kernel';
import { eventually } from './support/service-process';

const log = createLogger(
  { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' },
  'all',
  logSink().stream,
);
let health: Health;
let lifecycle: Lifecycle;
let server: FastifyInstance;
let looks: number;
let fails: boolean;
beforeEach(async () => {
  [looks, fails] = [0, false];
  const metrics = createMetrics();
  health = new Health({ log, metrics });
  lifecycle = new Lifecycle(log, metrics);
  health.register({
    name: 'database',
    async check() {
      looks += 1;
      if (fails) throw new Error('away');
      return { status: 'HEALTHY' };
    },
  });
  health.register({ name: 'cache', check: async () => ({ status: 'HEALTHY' }) });
  await health.start();
  server = fastify();
});
afterEach(async () => {
  health.stop();
  await server.close();
});
const get = async (url: string, headers = {}) => {
  const answer = await server.inject({ url, headers });
  return { status: answer.statusCode, body: answer.json() };
};

describe('the health endpoints', () => {
  beforeEach(() => {
    healthRoutes(server, {
      health,
      lifecycle,
      about: () => ({ version: '1.2.3' }),
      mayDetail: (request) => request.headers.authorization === 'Bearer operator',
    });
  });

  it('give the states to everybody, and the detail to those who may have it', async () => {
    lifecycle.markStarted();
    expect(await get(managementPaths.health)).toEqual({
      status: 200,
      body: { state: lifecycle.state, status: 'HEALTHY' },
    });
    const { body } = await get(managementPaths.health, { authorization: 'Bearer operator' });
    expect(body).toMatchObject({ version: '1.2.3', components: [{ name: 'database' }, { name: 'cache' }] });
  });

  it('answer while a component hangs, from what was found last, and are ready when all are UNHEALTHY', async () => {
    lifecycle.markStarted();
    fails = true;
    await health.checkNow();
    health.register({ name: 'queue', check: () => new Promise(() => {}) });
    for (const { path } of Object.values(probes)) expect((await get(path)).status).toBe(200);
    expect((await get(managementPaths.health)).body.status).toBe('UNHEALTHY');
  });

  it('follow the lifecycle', async () => {
    expect((await get(probes.startup.path)).status).toBe(503);
    expect((await get(probes.readiness.path)).status).toBe(503);
    expect((await get(probes.liveness.path)).status).toBe(200);
    lifecycle.markStarted();
    lifecycle.markStopping();
    expect((await get(probes.startup.path)).status).toBe(200);
    expect((await get(probes.readiness.path)).status).toBe(503);
    expect((await get(managementPaths.health)).status).toBe(503);
  });
});

describe('the admin routes', () => {
  beforeEach(() => addAdmin(server, healthAdminRoutes, { health }));

  it('report, and look right now at one component or all', async () => {
    expect((await get('/admin/v1/health')).body).toMatchObject({ status: 'HEALTHY' });
    expect(looks).toBe(1);
    fails = true;
    const one = await server.inject({ method: 'POST', url: '/admin/v1/health/check?component=cache' });
    expect(one.json()).toMatchObject({ status: 'HEALTHY' });
    const all = await server.inject({ method: 'POST', url: '/admin/v1/health/check' });
    expect(all.json()).toMatchObject({ status: 'UNHEALTHY' });
    expect(looks).toBe(2);
  });

  it('give the history of a component, and name the components when there is no such one', async () => {
    const { body } = await get('/admin/v1/health/history/database');
    expect(body).toMatchObject({ component: 'database', entries: [{ kind: 'check', status: 'HEALTHY' }] });
    for (const [method, url] of [
      ['GET', '/admin/v1/health/history/nothing'],
      ['POST', '/admin/v1/health/check?component=nothing'],
    ] as const) {
      const answer = await server.inject({ method, url });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json()).toMatchObject({
        code: 'RES_COMPONENT_NOT_FOUND',
        detail: 'there is no component "nothing"; the components are database, cache',
      });
    }
  });

  it('tell changes as they happen, and let go when the reader leaves or the server closes', async () => {
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    const follow = () => {
      const reader = { text: '', ended: false, leave: () => {} };
      const request = httpRequest({ port, path: '/admin/v1/health/watch' }, (response) => {
        response.on('data', (chunk) => (reader.text += chunk));
        response.on('end', () => (reader.ended = true));
        response.on('error', () => {});
      });
      request.on('error', () => {});
      request.end();
      reader.leave = () => request.destroy();
      return reader;
    };
    const [stays, leaves] = [follow(), follow()];
    await eventually(
      () => [stays.text, leaves.text],
      (texts) => texts.every((text) => text.startsWith('event: report\ndata: {"status":"HEALTHY"')),
    );
    expect(health.listenerCount('change')).toBe(2);
    leaves.leave();
    await eventually(
      () => health.listenerCount('change'),
      (count) => count === 1,
    );
    fails = true;
    await health.checkNow();
    await eventually(
      () => stays.text,
      (text) => /event: change\ndata: \{"name":"database","status":"UNHEALTHY".*\}\n\n$/.test(text),
    );
    await server.close();
    await eventually(
      () => stays.ended,
      (ended) => ended,
    );
    expect(health.listenerCount('recovery')).toBe(0);
  });
});
