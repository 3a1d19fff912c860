import type { FastifyInstance } from 'fastify';
import { type RateLimitRule, rateLimits, routes } from '../../contract';
import { clientOf } from './client';
import type { RateLimits } from './index';

/** Rules by method and path, as the contract's tables have them. */
const rules = new Map<string, RateLimitRule>(
  (Object.keys(routes) as (keyof typeof routes)[]).map((name) => {
    const { method, path } = routes[name];
    return [`${method} ${path}`, rateLimits[name]];
  }),
);

/** Refuses clients that ask too often, before anything of their request is read. */
export function limitRequests(server: FastifyInstance, limits: RateLimits, trustedProxies: number): void {
  server.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url;
    const rule = route === undefined ? undefined : rules.get(`${request.method} ${route}`);
    if (route === undefined || !rule) return;
    const decision = await limits.decide(route, rule, clientOf(request.raw, trustedProxies));
    if (!decision) return;
    reply.headers(decision.headers);
    if (decision.problem) throw decision.problem;
  });
}
