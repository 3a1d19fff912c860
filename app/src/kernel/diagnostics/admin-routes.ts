import type { AdminRoutes } from '../admin';
import { runDiagnostics } from './run';

/** GET /diagnostics: looks at everything from inside the running service. */
export const diagnosticsRoutes: AdminRoutes = (server, { diagnosed }) => {
  let underWay: ReturnType<typeof runDiagnostics> | undefined;
  server.get('/diagnostics', async () => {
    // Asking twice at once looks once.
    underWay ??= runDiagnostics(diagnosed()).finally(() => {
      underWay = undefined;
    });
    return underWay;
  });
};
