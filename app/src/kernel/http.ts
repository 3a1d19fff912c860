import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import compress from '@fastify/compress';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { edge, errors } from '../contract';
import { isDatabaseUnavailable } from './database';
import type { Flags } from './flags';
import type { Lifecycle } from './lifecycle';
import type { Logger } from './logging';
import type { Metrics } from './metrics';
import { Problem, problemMediaType, renderProblem } from './problems';

export interface HttpContext {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly flags: Flags;
}

const correlationHeader = 'x-correlation-id';
/** Bytes of a request body; the contract of the ingestion route says 1 MiB. */
const bodyLimit = 1024 * 1024;

/** A server without routes, with everything that all routes have in common. */
export function createServer(context: HttpContext): FastifyInstance {
  const { log, lifecycle } = context;
  const server: FastifyInstance = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    genReqId: correlationIdOf,
    requestIdHeader: false,
    bodyLimit,
    exposeHeadRoutes: false,
    // Slow senders are cut off; idle connections outlive the load balancer's, so that it closes them, not we.
    requestTimeout: edge.requestSeconds * 1000,
    keepAliveTimeout: edge.keepAliveSeconds * 1000,
    // A request that arrives while we close was accepted, and is answered like any other.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => answerError(context, error, request, reply),
    clientErrorHandler: (_, socket) => answerGarbage(context, socket),
  });
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request, reply) => {
    reply.header(correlationHeader, request.id);
  });
  server.addHook('onSend', async (_, reply) => {
    // Tells keep-alive clients to go elsewhere before the listener closes.
    if (lifecycle.stopping) reply.header('connection', 'close');
  });
  server.setErrorHandler((error, request, reply) => answerError(context, error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    answerError(context, new Problem('RES_ROUTE_NOT_FOUND'), request, reply),
  );
  return server;
}

/** The server of the public port: measured, logged and, where the flag says so, compressed. */
export async function createPublicServer(context: HttpContext): Promise<FastifyInstance> {
  const server = createServer(context);
  server.addHook('onRequest', async (request) => {
    // The plugin's own way to leave an answer alone.
    if (!context.flags.value('compression')) request.headers['x-no-compression'] = 'true';
  });
  await server.register(compress, { globalDecompression: false });
  server.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    // Never the raw address: anybody could make up any number of them.
    const route = request.routeOptions.url ?? 'unmatched';
    const status = String(reply.statusCode);
    const seconds = reply.elapsedTime / 1000;
    context.metrics.holdfast_http_requests_total.inc({ method, route, status });
    context.metrics.holdfast_http_request_duration_seconds.observe({ method, route }, seconds);
    request.log.info({ method, route, status: reply.statusCode, seconds }, 'request');
  });
  return server;
}

function correlationIdOf(request: IncomingMessage): string {
  const given = request.headers[correlationHeader];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

function answerError(context: HttpContext, error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error);
  const { status } = errors[problem.code];
  context.metrics.holdfast_errors_total.inc({ code: problem.code });
  const entry = { code: problem.code, err: status >= 500 ? (problem.options.cause ?? problem) : undefined };
  if (problem.code === 'SYS_INTERNAL') request.log.error(entry, 'request failed');
  else request.log[status >= 500 ? 'warn' : 'debug'](entry, 'request refused');
  if (problem.options.retryAfterSeconds !== undefined) {
    reply.header('retry-after', problem.options.retryAfterSeconds);
  }
  return reply
    .code(status)
    .header(correlationHeader, request.id)
    .type(problemMediaType)
    .send(renderProblem(problem, request.id));
}

/** What the client may know of an error. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isDatabaseUnavailable(error)) {
    return new Problem('EXT_DATABASE_UNAVAILABLE', { retryAfterSeconds: 5, cause: error });
  }
  const { code, statusCode } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new Problem('VAL_BODY_TOO_LARGE', { detail: `must be at most ${bodyLimit} bytes` });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Problem('VAL_MEDIA_TYPE');
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_ASYNC_CONSTRAINT') {
    return new Problem('RES_ROUTE_NOT_FOUND');
  }
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return new Problem('VAL_BODY', { detail: 'is empty' });
  // Everything else that fastify refuses with 400 happens while it reads the body.
  if (statusCode === 400) return new Problem('VAL_BODY', { detail: 'is not valid JSON' });
  return new Problem('SYS_INTERNAL', { cause: error });
}

/** Bytes that are no HTTP: there is no request to answer, only a socket. */
function answerGarbage(context: HttpContext, socket: import('node:net').Socket): void {
  context.metrics.holdfast_errors_total.inc({ code: 'VAL_BODY' });
  if (!socket.writable) return void socket.destroy();
  const correlationId = randomUUID();
  const body = renderProblem(new Problem('VAL_BODY', { detail: 'is not HTTP' }), correlationId);
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: ${problemMediaType}\r\n${correlationHeader}: ${correlationId}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
