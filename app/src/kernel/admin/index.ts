import type { FastifyInstance } from 'fastify';
import type { Components } from '../components';
import { type DiagnosticsContext, diagnosticsRoutes } from '../diagnostics';
import { errorRoutes } from '../errors/admin';
import { flagRoutes } from '../flags';
import { type Health, healthAdminRoutes } from '../health';
import type { Kernel } from '../kernel';
import type { Lifecycle } from '../lifecycle';
import { SystemProblem } from '../problems';
import type { SettingsStore } from '../settings-store';
import { metricsRoutes } from '../telemetry/admin';
import { authenticate, caller } from './authentication';
import { configRoutes } from './config';
import { systemRoutes } from './system';

/** What the admin API works on. Database and cache are there once the role has started. */
export interface AdminContext {
  readonly kernel: Kernel;
  readonly lifecycle: Lifecycle;
  readonly health: Health;
  readonly config: SettingsStore;
  readonly components: Components;
  /** What diagnostics look at. */
  readonly diagnosed: () => DiagnosticsContext;
}

/** Adds routes below /admin/v1 (the server's prefix); they are authenticated and audited already. */
export type AdminRoutes = (server: FastifyInstance, context: AdminContext) => void;

/** Every capability of the kernel adds its routes here. */
const kernelRoutes: readonly AdminRoutes[] = [
  diagnosticsRoutes,
  errorRoutes,
  flagRoutes,
  healthAdminRoutes,
  metricsRoutes,
];
/** These answer already while the role is starting. */
const earlyRoutes: readonly AdminRoutes[] = [systemRoutes, configRoutes];

export const adminPrefix = '/admin/v1';

/**
 * The admin API: on the management port only, for holders of the token, and each change leaves a line in the log.
 *
 * @param further routes of the role's modules
 */
export function registerAdmin(
  server: FastifyInstance,
  context: AdminContext,
  further: readonly AdminRoutes[] = [],
): void {
  const { lifecycle, kernel } = context;
  server.register(
    async (scope) => {
      scope.addHook('onRequest', authenticate(kernel.secrets));
      scope.addHook('onResponse', async (request, reply) => {
        if (request.method === 'GET') return;
        const { method, routeOptions } = request;
        const entry = { audit: true, who: caller(request), method, route: routeOptions.url };
        request.log.info({ ...entry, status: reply.statusCode }, 'admin change');
      });
      for (const add of earlyRoutes) add(scope, context);
      scope.register(async (late) => {
        late.addHook('onRequest', async () => {
          if (!lifecycle.started) throw new SystemProblem('SYS_NOT_STARTED', { retryAfterSeconds: 1 });
        });
        for (const add of [...kernelRoutes, ...further]) add(late, context);
      });
    },
    { prefix: adminPrefix },
  );
}
