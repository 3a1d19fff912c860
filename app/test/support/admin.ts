import type { FastifyInstance } from 'fastify';
import { type AdminContext, type AdminRoutes, adminPrefix } from '../../src/kernel/admin';
import { answerError } from '../../src/kernel/errors/answer';
import { ErrorReports } from '../../src/kernel/errors/reports';
import { createLogger } from '../../src/kernel/logging';
import { createMetrics } from '../../src/kernel/metrics';
import { logSink } from './kernel';

/** Adds admin routes below their prefix, without authentication; errors are answered as they are by the service. */
export function addAdmin(
  server: FastifyInstance,
  routes: AdminRoutes,
  context: { [K in keyof AdminContext]?: Partial<AdminContext[K]> },
): void {
  const settings = { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' } as const;
  const log = createLogger(settings, 'all', logSink().stream);
  const reports = new ErrorReports(log, createMetrics({ process: false }));
  server.register(
    async (scope) => {
      scope.setErrorHandler((error, request, reply) => answerError(reports, error, request, reply));
      routes(scope, context as AdminContext);
    },
    { prefix: adminPrefix },
  );
}
