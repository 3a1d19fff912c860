import type { FastifyError } from 'fastify';
import { isDatabaseUnavailable } from '../database';
import { ExternalProblem, Problem, ResourceProblem, SystemProblem, ValidationProblem } from '../problems';

/**
 * What the client may know of an error, whatever was thrown. Never throws.
 *
 * @param bodyLimit bytes of a request body that the route takes
 */
export function toProblem(error: unknown, bodyLimit: number): Problem {
  if (error instanceof Problem) return error;
  if (typeof error !== 'object' || error === null) return new SystemProblem('SYS_INTERNAL', { cause: error });
  if (isDatabaseUnavailable(error)) {
    return new ExternalProblem('EXT_DATABASE_UNAVAILABLE', { retryAfterSeconds: 5, cause: error });
  }
  return (
    ofFastify(error as Partial<FastifyError>, bodyLimit) ??
    new SystemProblem('SYS_INTERNAL', { cause: error })
  );
}

function ofFastify({ code, statusCode }: Partial<FastifyError>, bodyLimit: number): Problem | undefined {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ValidationProblem('VAL_BODY_TOO_LARGE', { detail: `must be at most ${bodyLimit} bytes` });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new ValidationProblem('VAL_MEDIA_TYPE', {
      detail: 'the header content-type must be application/json',
    });
  }
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') {
    return new ResourceProblem('RES_ROUTE_NOT_FOUND', { detail: 'a part of the path is too long' });
  }
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_ASYNC_CONSTRAINT') {
    return new ResourceProblem('RES_ROUTE_NOT_FOUND', { detail: 'the path is not percent-encoded UTF-8' });
  }
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return new ValidationProblem('VAL_BODY', { detail: 'is empty' });
  // Everything else that fastify refuses with 400 happens while it reads the body.
  return statusCode === 400 ? new ValidationProblem('VAL_BODY', { detail: 'is not valid JSON' }) : undefined;
}
