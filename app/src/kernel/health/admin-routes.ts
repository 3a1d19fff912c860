import { PassThrough } from 'node:stream';
import { z } from 'zod';
import type { AdminRoutes } from '../admin';
import { parseQuery } from '../admin/parse';
import { ResourceProblem } from '../problems';

const checkQuery = z.strictObject({ component: z.string().optional() });
/** Milliseconds between two signs of life, so that nobody in between takes the stream for dead. */
const heartbeatMs = 15_000;
/** Bytes that a slow reader may be behind before the stream is ended; it connects again by itself. */
const longestBacklog = 64 * 1024;

/**
 * - GET /health: all of it; GET /health/history/:component: the last looks at one, and what was tried to bring it back
 * - POST /health/check?component=: looks right now, at one component or all
 * - GET /health/watch: changes as they happen (SSE)
 */
export const healthAdminRoutes: AdminRoutes = (server, { health }) => {
  const historyOf = (component: string) => {
    const entries = health.history(component);
    if (entries) return entries;
    const names = health.report().components.map(({ name }) => name);
    const detail = `there is no component "${component}"; the components are ${names.join(', ')}`;
    throw new ResourceProblem('RES_COMPONENT_NOT_FOUND', { detail });
  };

  server.get('/health', async () => health.report());

  server.post('/health/check', async ({ query }) => {
    const { component } = parseQuery(checkQuery, query);
    if (component !== undefined) historyOf(component);
    return health.checkNow(component);
  });

  server.get<{ Params: { component: string } }>('/health/history/:component', async ({ params }) => ({
    component: params.component,
    entries: historyOf(params.component),
  }));

  const open = new Set<PassThrough>();
  server.addHook('preClose', async () => {
    for (const stream of open) stream.end();
  });
  server.get('/health/watch', (_, reply) => {
    const stream = new PassThrough();
    const send = (event: string, data: unknown) => {
      if (stream.writableLength > longestBacklog) stream.destroy();
      else stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    const changed = (component: unknown) => send('change', component);
    const recovered = (component: string, entry: object) => send('recovery', { component, ...entry });
    const heartbeat = setInterval(() => stream.write(': alive\n\n'), heartbeatMs).unref();
    const leave = () => {
      clearInterval(heartbeat);
      health.off('change', changed).off('recovery', recovered);
      open.delete(stream);
    };
    health.on('change', changed).on('recovery', recovered);
    open.add(stream);
    stream.once('close', leave);
    send('report', health.report());
    return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream);
  });
};
