import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics';
import { isCorrelationId, runAs, type WorkContext } from './context';
import { correlationHeader, traceHeader } from './headers';
import { parseTraceparent } from './trace';
import type { Tracing } from './tracing';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request is part of. */
    work?: WorkContext;
  }
}

/** The client's correlation id, or a new one where it gives none that can be used. */
export function correlationIdOf(request: IncomingMessage): string {
  const given = request.headers[correlationHeader];
  return isCorrelationId(given) ? given : randomUUID();
}

/**
 * Makes each request the work that everything done for it belongs to, and tells the client its correlation id. Fastify
 * itself goes on as part of it after the body was read.
 */
export function correlateRequests(server: FastifyInstance): void {
  server.decorateRequest('work', undefined);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(correlationHeader, request.id);
    const trace = parseTraceparent(request.headers[traceHeader]);
    const work = trace ? { correlationId: request.id, trace } : { correlationId: request.id };
    request.work = work;
    runAs(work, done);
  });
}

/** Measures, logs and traces every request. */
export function observeRequests(
  server: FastifyInstance,
  { metrics, tracing }: { readonly metrics: Metrics; readonly tracing?: Tracing },
): void {
  let inFlight = 0;
  metrics.beforeReading(() => metrics.holdfast_http_requests_in_flight.set(inFlight));
  server.addHook('onRequest', (request, reply, done) => {
    inFlight += 1;
    // Also when the client hangs up before it is answered.
    reply.raw.once('close', () => {
      inFlight -= 1;
    });
    const name = `${request.method} ${request.routeOptions.url ?? 'unmatched'}`;
    const trace = tracing?.begin(name, request.work?.trace, { 'http.request.method': request.method });
    if (!trace?.span) return done();
    request.work = { correlationId: request.id, trace };
    runAs(request.work, done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { method, work } = request;
    // Never the raw address: anybody could make up any number of them.
    const route = request.routeOptions.url ?? 'unmatched';
    const status = String(reply.statusCode);
    const seconds = reply.elapsedTime / 1000;
    metrics.holdfast_http_requests_total.inc({ method, route, status });
    const traceId = work?.trace?.traceId;
    // Only what is recorded can be looked up.
    const recorded = work?.trace?.span ? traceId : undefined;
    metrics.holdfast_http_request_duration_seconds.observe({ method, route }, seconds, recorded);
    const entry = { correlationId: request.id, method, route, status: reply.statusCode, seconds };
    request.log.info(traceId === undefined ? entry : { ...entry, traceId }, 'request');
    const span = work?.trace?.span;
    if (!span) return done();
    span.setAttributes({ 'http.route': route, 'http.response.status_code': reply.statusCode });
    span.setAttribute('holdfast.correlation_id', request.id);
    if (reply.statusCode >= 500) span.setStatus({ code: 2 });
    span.end();
    done();
  });
}
