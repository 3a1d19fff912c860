import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routes } from '../../contract';
import type { Kernel, Part } from '../../kernel/kernel';
import { SystemProblem, ValidationProblem } from '../../kernel/problems';
import { type IdempotencyKey, storeBatch } from './ingestion-store';
import type { EventTables } from './tables';
import { bodyProblem, sortEvents } from './validation';

/** Seconds after which a client may try again while ingestion is switched off. */
const pausedRetrySeconds = 30;

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it was sent; only where an idempotency key has to be compared. */
    bodyHash?: string;
  }
}

/** Accepts events: `POST` on the contract's `ingestEvents`. */
export function ingestion(kernel: Kernel): Part {
  return {
    name: 'event ingestion',
    // In a scope of its own, so that its body parser applies to no other module.
    routes: (server) => void server.register(async (scope) => addRoute(scope, kernel)),
  };
}

async function addRoute(server: FastifyInstance, { database, flags, metrics }: Kernel): Promise<void> {
  const db = database.tables<EventTables>();
  parseJsonWithHash(server);

  server.route({
    method: routes.ingestEvents.method,
    url: routes.ingestEvents.path,
    onRequest: async () => {
      if (!flags.value('ingestion')) {
        throw new SystemProblem('SYS_INGESTION_PAUSED', { retryAfterSeconds: pausedRetrySeconds });
      }
    },
    handler: async (request, reply) => {
      const idempotency = idempotencyOf(request);
      const invalid = bodyProblem(request.body);
      if (invalid !== undefined) throw new ValidationProblem('VAL_BODY', { detail: invalid });

      const { events } = request.body as { events: unknown[] };
      const { accepted, rejected } = sortEvents(events, Date.now());
      if (accepted.length === 0) {
        metrics.holdfast_events_rejected_total.add({ code: 'VAL_EVENT' }, rejected.length);
        throw new ValidationProblem('VAL_EVENT', {
          detail: 'no event of the batch is valid',
          members: { rejected },
        });
      }

      const answer = { accepted: accepted.length, rejected };
      const stored = await storeBatch(db, accepted, answer, idempotency);
      if (stored.kind === 'conflict') throw new ValidationProblem('VAL_IDEMPOTENCY_KEY');
      if (stored.kind === 'stored') {
        metrics.holdfast_events_accepted_total.add(accepted.length);
        metrics.holdfast_events_rejected_total.add({ code: 'VAL_EVENT' }, rejected.length);
      }
      return reply.code(202).send(stored.answer);
    },
  });
}

/**
 * Fastify's own JSON parser, which also remembers a hash of the body where an idempotency key asks for it.
 */
function parseJsonWithHash(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (request.headers['idempotency-key'] !== undefined) {
      request.bodyHash = createHash('sha256').update(body).digest('hex');
    }
    parse(request, body, done);
  });
}

function idempotencyOf(request: FastifyRequest): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length === 0 || key.length > 200) {
    throw new ValidationProblem('VAL_HEADER', { detail: 'idempotency-key must have 1 to 200 characters' });
  }
  return { key, bodyHash: request.bodyHash ?? '' };
}
