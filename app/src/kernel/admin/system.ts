import { version } from '../version';
import type { AdminRoutes } from './index';

/**
 * - GET /system: what this process is, how it is, and how it came there
 * - POST /system/reload: reads the settings again; 200 also when they were refused, with `ok: false` and why
 * - POST /system/drain, /system/undrain: takes the process out of service, and back, without stopping it
 */
export const systemRoutes: AdminRoutes = (server, { kernel, lifecycle, health, components, config }) => {
  const drainState = () => ({ draining: lifecycle.draining, ready: lifecycle.ready, state: lifecycle.state });

  server.get('/system', async () => ({
    ...drainState(),
    role: kernel.role,
    version,
    environment: kernel.settings.HOLDFAST_ENVIRONMENT,
    uptimeSeconds: Math.round(process.uptime()),
    residentBytes: process.memoryUsage.rss(),
    node: process.version,
    history: lifecycle.history,
    components: components.report(),
    health: health.report(),
  }));
  server.post('/system/reload', async () => config.reload('the admin API'));
  server.post('/system/drain', async () => {
    lifecycle.setDraining(true);
    return drainState();
  });
  server.post('/system/undrain', async () => {
    lifecycle.setDraining(false);
    return drainState();
  });
};
