import type { FastifyInstance } from 'fastify';
import { type RateLimitRule, rateLimits, routes } from '../../contract';
import { clientOf } from './client';
import type { RateLimits } from './index';

const names = Object.keys(routes) as (keyof typeof routes)[];

/** The rule of the contract's route; also of what lies below its path. */
function ruleOf(method: string, url: string): RateLimitRule | undefined {
  const name = names.find((each) => {
    const { method: wanted, path } = routes[each];
    return method === wanted && (url === path || url.startsWith(`${path}/`));
  });
  return name && rateLimits[name];
}

/** Refuses clients that ask too often, before anything of their request is read. */
export function limitRequests(server: FastifyInstance, limits: RateLimits, trustedProxies: number): void {
  server.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url;
    const rule = route === undefined ? undefined : ruleOf(request.method, route);
    if (route === undefined || !rule) return;
    const decision = await limits.decide(route, rule, clientOf(request.raw, trustedProxies));
    if (!decision) return;
    reply.headers(decision.headers);
    if (decision.problem) throw decision.problem;
  });
}
