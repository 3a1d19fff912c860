import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthProblem } from '../problems';
import type { Secrets } from '../secrets';

const callers = new WeakMap<FastifyRequest, string>();

const form = '"Bearer " and the management token';
/** Longest name of a person that is written down. */
const longestName = 100;

/**
 * Who has sent the request, for the audit: the name of the token, never the token itself. A shared token tells nobody
 * apart, so the name that the sender claims stands before it.
 */
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
      const name = claimedName(request.headers['holdfast-actor']);
      callers.set(request, name === undefined ? found[0] : `${name} (${found[0]})`);
      return;
    }
    reply.header('www-authenticate', 'Bearer realm="holdfast management"');
    if (given !== undefined)
      request.log.warn({ remoteAddress: request.ip }, 'a wrong management token was sent');
    if (!header)
      throw new AuthProblem('AUTH_REQUIRED', { detail: `the header authorization must be ${form}` });
    const detail = `the header authorization must be ${form}: this process's own, and not one from before its last two rotations`;
    throw new AuthProblem('AUTH_INVALID', { detail });
  };
}

/** Percent-encoded in the header, so that names of all languages fit; nothing where it isn't, or says nothing. */
function claimedName(header: string | string[] | undefined): string | undefined {
  try {
    // Nobody may forge a line, or another token.
    const name = decodeURIComponent(String(header ?? ''))
      .replace(/[\p{Cc}()]/gu, ' ')
      .trim();
    return name.slice(0, longestName) || undefined;
  } catch {
    return undefined;
  }
}

/** In a time that depends on neither of the two. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
