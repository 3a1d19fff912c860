import type { FastifyInstance } from 'fastify';
import { runDiagnostics } from './run';
import type { DiagnosticsContext } from './types';

/** Diagnostics of the running service. Authentication is the server's business. */
export function diagnosticsAdminRoutes(server: FastifyInstance, context: DiagnosticsContext): void {
  let underWay: ReturnType<typeof runDiagnostics> | undefined;
  server.get('/admin/v1/diagnostics', async () => {
    // Asking twice at once looks once.
    underWay ??= runDiagnostics(context).finally(() => {
      underWay = undefined;
    });
    return underWay;
  });
}
