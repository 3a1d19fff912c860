import compress from '@fastify/compress';

import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Settings } from '../contract';
import { answerError, answerGarbage } from './errors/answer';
import { ErrorReports } from './errors/reports';

import type { Flags } from './flags';
import type { Lifecycle } from './lifecycle';
import type { RateLimits } from './limits';
import { limitRequests } from './limits/hook';
import type { Logger } from './logging';
import type { Metrics } from './metrics';
import { ResourceProblem } from './problems';
import { correlateRequests, correlationIdOf, observeRequests } from './telemetry/requests';
import type { Tracing } from './telemetry/tracing';

export interface HttpContext {
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly flags: Flags;
  /** Where errors are counted and kept; default: of the server's own. */
  readonly reports?: ErrorReports;
  /** Default: no traces. */
  readonly tracing?: Tracing;
  /** Default: no limits. */
  readonly limits?: RateLimits;
  /** Load balancers in front, whose entries in X-Forwarded-For are believed; default 0. */
  readonly trustedProxies?: number;
}

/** A server without routes, with everything that all routes have in common. */
export function createServer(context: HttpContext): FastifyInstance {
  const { log, lifecycle, metrics, settings, reports = new ErrorReports(log, metrics) } = context;
  const server: FastifyInstance = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // No logger for each request: the correlation id comes from the work that the line is written in.
    childLoggerFactory: (logger) => logger,
    genReqId: correlationIdOf,
    requestIdHeader: false,
    bodyLimit: settings.HOLDFAST_BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    // Characters of one part of a path: a correlation id, by which errors are looked up, has up to 128.
    routerOptions: { maxParamLength: 200 },
    // Slow senders are cut off; idle connections outlive the load balancer's 60 s, so that it closes them,
    // not we.
    requestTimeout: settings.HOLDFAST_REQUEST_TIMEOUT_SECONDS * 1000,
    keepAliveTimeout: settings.HOLDFAST_KEEP_ALIVE_SECONDS * 1000,
    // A request that arrives while we close was accepted, and is answered like any other.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => answerError(reports, error, request, reply),
    clientErrorHandler: (_, socket) => answerGarbage(reports, socket),
  });
  server.removeContentTypeParser('text/plain');
  correlateRequests(server);
  // Hooks that every request passes are not async: a promise for each costs more than what they do.
  server.addHook('onSend', (_, reply, _payload, done) => {
    // Tells keep-alive clients to go elsewhere before the listener closes.
    if (lifecycle.stopping) reply.header('connection', 'close');
    done();
  });
  server.setErrorHandler((error, request, reply) => answerError(reports, error, request, reply));
  server.setNotFoundHandler((request, reply) => {
    const detail = `nothing answers ${request.method} at this path; check both, and the port`;
    return answerError(reports, new ResourceProblem('RES_ROUTE_NOT_FOUND', { detail }), request, reply);
  });
  return server;
}

/** The server of the public port: measured, logged, limited and, where the flag says so, compressed. */
export async function createPublicServer(context: HttpContext): Promise<FastifyInstance> {
  const server = createServer(context);
  observeRequests(server, context);
  server.addHook('onRequest', (request, _, done) => {
    // The plugin's own way to leave an answer alone.
    if (!context.flags.value('compression')) request.headers['x-no-compression'] = 'true';
    done();
  });
  if (context.limits) limitRequests(server, context.limits, context.trustedProxies ?? 0);
  await server.register(compress, {
    globalDecompression: false,
    threshold: context.settings.HOLDFAST_COMPRESSION_THRESHOLD_BYTES,
  });
  return server;
}
