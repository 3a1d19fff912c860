import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { routes } from '../../contract';
import type { Kernel, Part } from '../../kernel/kernel';
import { ValidationProblem } from '../../kernel/problems';
import { decodeCursor, encodeCursor } from './cursor';
import { findAggregates } from './queries-store';
import { eventName } from './schema';
import type { EventTables } from './tables';

const time = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time with its offset' });
const querySchema = z.strictObject({
  name: eventName.optional(),
  from: time.optional(),
  to: time.optional(),
  limit: z.coerce.number('must be a number').int().min(1).max(1000).default(100),
  cursor: z.string().max(1000).optional(),
});
type Query = z.infer<typeof querySchema>;

/** Answers aggregate queries: `GET` on the contract's `queryAggregates`. */
export function queries(kernel: Kernel): Part {
  return { name: 'aggregate queries', routes: (server) => addRoute(server, kernel) };
}

function addRoute(server: FastifyInstance, kernel: Kernel): void {
  const { cache, flags, metrics, settings } = kernel;
  const prefix = `holdfast:${settings.HOLDFAST_ENVIRONMENT}:aggregates:1:`;

  server.route({
    method: routes.queryAggregates.method,
    url: routes.queryAggregates.path,
    handler: async (request, reply) => {
      const asked = parseQuery(request.query);
      const query = { ...asked, limit: Math.min(asked.limit, Math.max(1, flags.value('query_page_limit'))) };
      reply.type('application/json; charset=utf-8').header('x-cache', 'miss');
      if (!flags.value('caching')) return answer(kernel, query);

      const key = prefix + JSON.stringify([filterOf(query), query.limit, query.cursor]);
      const cached = await cache.get(key);
      metrics.holdfast_cache_requests_total.inc({ result: cached === undefined ? 'miss' : 'hit' });
      if (cached !== undefined) return reply.header('x-cache', 'hit').send(cached);
      const fresh = await answer(kernel, query);
      await cache.set(key, fresh, settings.HOLDFAST_QUERY_CACHE_SECONDS);
      return fresh;
    },
  });
}

async function answer({ database, resilience, secrets }: Kernel, query: Query): Promise<string> {
  const filter = filterOf(query);
  const signingKey = secrets.current('HOLDFAST_SIGNING_KEY');
  const keys = [signingKey, secrets.previous('HOLDFAST_SIGNING_KEY')];
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, filter, keys);
  if (query.cursor !== undefined && after === undefined) throw new ValidationProblem('VAL_CURSOR');

  const wanted = {
    name: query.name,
    from: query.from === undefined ? undefined : new Date(query.from),
    to: query.to === undefined ? undefined : new Date(query.to),
    limit: query.limit,
    after,
  };
  // A replica will do: aggregates are behind their events anyway, by as long as a worker takes to turn one into the other.
  const find = (tables: Kysely<EventTables>) => findAggregates(tables, wanted);
  const rows = await resilience.database.call(() => database.read(find));
  const aggregates = rows.slice(0, query.limit);
  const last = aggregates.at(-1);
  const nextCursor = rows.length > query.limit && last ? encodeCursor(last, filter, signingKey) : undefined;
  return JSON.stringify({ aggregates, nextCursor });
}

/** What the query asks for, apart from the page. */
const filterOf = ({ name, from, to }: Query): string => JSON.stringify([name, from, to]);

function parseQuery(given: unknown): Query {
  const parsed = querySchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ parameter: key, reason: 'is not a parameter of this route' }));
    }
    return [{ parameter: issue.path.join('.'), reason: issue.message }];
  });
  const detail = problems.map(({ parameter, reason }) => `${parameter}: ${reason}`).join('; ');
  throw new ValidationProblem('VAL_QUERY', { detail, members: { problems } });
}
