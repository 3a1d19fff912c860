import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { managementPaths, type ProbeName, probes } from '../../contract';
import type { Lifecycle } from '../lifecycle';
import type { Health } from './health';

export interface HealthRoutesContext {
  readonly lifecycle: Lifecycle;
  readonly health: Health;
  /** What stands beside the states, such as role and version; part of the detail. */
  readonly about: () => Readonly<Record<string, unknown>>;
  /**
   * Who may see components, causes and versions: everybody on the management port, elsewhere those who logged in. The
   * others learn the states alone.
   */
  readonly mayDetail: (request: FastifyRequest) => boolean;
}

/** Whether a probe passes. Its type is the point: a probe that only the contract knows does not compile. */
type Handler = (lifecycle: Lifecycle) => boolean;
const handlers: Record<ProbeName, Handler> = {
  startup: (lifecycle) => lifecycle.started,
  liveness: () => true,
  readiness: (lifecycle) => lifecycle.ready,
};

/** The probes and /health. All answer from what is known already: a slow dependency never slows them. */
export function healthRoutes(server: FastifyInstance, context: HealthRoutesContext): void {
  const { lifecycle, health } = context;
  for (const name of Object.keys(handlers) as ProbeName[]) {
    server.get(probes[name].path, async (_, reply: FastifyReply) => {
      const passes = handlers[name](lifecycle);
      return reply.code(passes ? 200 : 503).send({ probe: name, passes, state: lifecycle.state });
    });
  }
  server.get(managementPaths.health, async (request, reply) => {
    const { status, components } = health.report();
    const states = { state: lifecycle.state, status };
    reply.code(lifecycle.stopping ? 503 : 200);
    return context.mayDetail(request) ? { ...states, ...context.about(), components } : states;
  });
}
