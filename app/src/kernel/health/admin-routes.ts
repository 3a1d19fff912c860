import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problemMediaType, renderProblem } from '../problems';
import type { Health } from './health';

const base = '/admin/v1/health';
/** Milliseconds between two signs of life, so that nobody in between takes the stream for dead. */
const heartbeatMs = 15_000;
/** Bytes that a slow reader may be behind before the stream is ended; it connects again by itself. */
const longestBacklog = 64 * 1024;

/**
 * Health for operators: all of it, one component's history, a look right now, and changes as they happen (SSE).
 * Authentication is the server's business.
 */
export function healthAdminRoutes(server: FastifyInstance, health: Health): void {
  const unknown = (component: string, request: FastifyRequest, reply: FastifyReply) => {
    const names = health.report().components.map(({ name }) => name);
    const detail = `there is no component "${component}"; the components are ${names.join(', ')}`;
    const problem = new Problem('RES_COMPONENT_NOT_FOUND', { detail });
    return reply.code(404).type(problemMediaType).send(renderProblem(problem, request.id));
  };

  server.get(base, async () => health.report());

  server.post<{ Querystring: { component?: string } }>(`${base}/check`, async (request, reply) => {
    const { component } = request.query;
    if (component !== undefined && !health.history(component)) return unknown(component, request, reply);
    return health.checkNow(component);
  });

  server.get<{ Params: { component: string } }>(`${base}/history/:component`, async (request, reply) => {
    const { component } = request.params;
    const entries = health.history(component);
    return entries ? { component, entries } : unknown(component, request, reply);
  });

  const open = new Set<PassThrough>();
  server.addHook('preClose', async () => {
    for (const stream of open) stream.end();
  });
  server.get(`${base}/watch`, (_, reply) => {
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
}
