import type { FastifyInstance } from 'fastify';
import { managementPaths, type RoleName } from '../contract';
import { type AdminContext, type AdminRoutes, registerAdmin } from './admin';
import { type Health, healthRoutes } from './health';
import { createServer, type HttpContext } from './http';
import { openMetricsContentType, openMetricsType } from './open-metrics';
import { version } from './version';

export interface ManagementContext extends HttpContext {
  readonly role: RoleName;
  readonly environment: string;
  readonly health: Health;
  readonly admin: AdminContext;
  /** Admin routes of the role's modules. */
  readonly adminRoutes?: readonly AdminRoutes[];
}

/** The server of the management port: probes, state, metrics and the admin API. */
export function createManagementServer(context: ManagementContext): FastifyInstance {
  const { lifecycle, health, metrics } = context;
  const server = createServer(context);
  healthRoutes(server, {
    lifecycle,
    health,
    about: () => ({
      role: context.role,
      version,
      environment: context.environment,
      uptimeSeconds: Math.round(process.uptime()),
    }),
    mayDetail: () => true,
  });
  server.get(managementPaths.metrics, async ({ headers }, reply) =>
    headers.accept?.includes(openMetricsType)
      ? reply.type(openMetricsContentType).send(await metrics.renderOpenMetrics())
      : reply.type(metrics.contentType).send(await metrics.render()),
  );
  registerAdmin(server, context.admin, context.adminRoutes);
  return server;
}
