import type { FastifyInstance, FastifyReply } from 'fastify';
import { managementPaths, type ProbeName, probes, type RoleName } from '../contract';
import { type AdminContext, type AdminRoutes, registerAdmin } from './admin';
import type { Health } from './health';
import { createServer, type HttpContext } from './http';
import type { Lifecycle } from './lifecycle';
import { version } from './version';

export interface ManagementContext extends HttpContext {
  readonly role: RoleName;
  readonly environment: string;
  readonly health: Health;
  readonly admin: AdminContext;
  /** Admin routes of the role's modules. */
  readonly adminRoutes?: readonly AdminRoutes[];
}

/** Whether a probe passes. Its type is the point: a probe that only the contract knows does not compile. */
type Handler = (lifecycle: Lifecycle) => boolean;
const handlers: Record<ProbeName, Handler> = {
  startup: (lifecycle) => lifecycle.started,
  liveness: () => true,
  readiness: (lifecycle) => lifecycle.ready,
};

/** The server of the management port: probes, state, metrics and the admin API. */
export function createManagementServer(context: ManagementContext): FastifyInstance {
  const { lifecycle, health, metrics } = context;
  const server = createServer(context);
  for (const name of Object.keys(handlers) as ProbeName[]) {
    server.get(probes[name].path, async (_, reply: FastifyReply) => {
      const passes = handlers[name](lifecycle);
      return reply.code(passes ? 200 : 503).send({ probe: name, passes, state: lifecycle.state });
    });
  }
  server.get(managementPaths.health, async (_, reply) =>
    reply.code(lifecycle.stopping ? 503 : 200).send({
      state: lifecycle.state,
      role: context.role,
      version,
      environment: context.environment,
      uptimeSeconds: Math.round(process.uptime()),
      components: health.report(),
    }),
  );
  server.get(managementPaths.metrics, async (_, reply) =>
    reply.type(metrics.contentType).send(await metrics.render()),
  );
  registerAdmin(server, context.admin, context.adminRoutes);
  return server;
}
