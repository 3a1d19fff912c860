import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from '../../contract';
import { type Problem, problemMediaType, renderProblem, ValidationProblem } from '../problems';
import { correlationHeader } from '../telemetry/headers';
import { toProblem } from './classify';
import type { ErrorReports } from './reports';

/** Answers with problem+json, whatever was thrown; what happened inside goes to the log and the reports alone. */
export function answerError(
  reports: ErrorReports,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const problem = toProblem(error, request.routeOptions.bodyLimit);
  const { code, options } = problem;
  const { status } = errors[code];
  const correlationId = request.id;
  reports.record(problem, { route: request.routeOptions.url, correlationId });
  const entry = { correlationId, code, err: status >= 500 ? (options.cause ?? problem) : undefined };
  if (code === 'SYS_INTERNAL') request.log.error(entry, 'request failed');
  else request.log[status >= 500 ? 'warn' : 'debug'](entry, 'request refused');
  if (options.retryAfterSeconds !== undefined) reply.header('retry-after', options.retryAfterSeconds);
  return reply
    .code(status)
    .header(correlationHeader, correlationId)
    .type(problemMediaType)
    .send(renderProblem(problem, correlationId));
}

/** Bytes that are no HTTP: there is no request to answer, only a socket. */
export function answerGarbage(reports: ErrorReports, socket: Socket): void {
  const correlationId = randomUUID();
  const problem: Problem = new ValidationProblem('VAL_BODY', { detail: 'is not HTTP' });
  reports.record(problem, { correlationId });
  if (!socket.writable) return void socket.destroy();
  const body = renderProblem(problem, correlationId);
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: ${problemMediaType}\r\n${correlationHeader}: ${correlationId}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
