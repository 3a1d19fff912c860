import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthProblem } from '../problems';
import type { Secrets } from '../secrets';

const callers = new WeakMap<FastifyRequest, string>();

/** Name of the token that the request was sent with, for the audit; never the token. */
export const caller = (request: FastifyRequest): string => callers.get(request) ?? 'nobody';

/**
 * Lets pass who sends the management token, or the one before its last rotation: the sender may see a rotation up to a
 * minute later than we.
 */
export function authenticate(secrets: Secrets) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const header = request.headers.authorization;
    const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
    const tokens = {
      'management token': secrets.current('HOLDFAST_MANAGEMENT_TOKEN'),
      'previous management token': secrets.previous('HOLDFAST_MANAGEMENT_TOKEN'),
    };
    const found = Object.entries(tokens).find(([, token]) => token && given && sameText(given, token));
    if (found) {
      callers.set(request, found[0]);
      return;
    }
    reply.header('www-authenticate', 'Bearer realm="holdfast management"');
    if (given !== undefined)
      request.log.warn({ remoteAddress: request.ip }, 'a wrong management token was sent');
    throw new AuthProblem(header === undefined ? 'AUTH_REQUIRED' : 'AUTH_INVALID');
  };
}

/** In a time that depends on neither of the two. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
