import { ports as contractPorts, type PortName, roles } from '../contract';
import type { Components } from './components';
import type { Health } from './health';
import { createPublicServer, type HttpContext } from './http';
import type { Kernel, Part, StartOptions } from './kernel';
import { RateLimits } from './limits';
import { listen } from './listen';

/** Seconds that requests and batches in flight have to be finished, before what they stand on is closed. */
const defaultDeadlineSeconds = 10;

/** The parts of the role, and in front of them the server of the public port where the role has one. */
export function addParts(
  parts: readonly Part[],
  components: Components,
  http: HttpContext,
  kernel: Kernel,
  health: Health,
  { ports, partDeadlineSeconds = defaultDeadlineSeconds }: StartOptions,
) {
  for (const part of parts) {
    const { name, needs = [], deadlineSeconds, healthChecks = [] } = part;
    const after = ['flag overrides', ...needs];
    components.add({
      name,
      needs: after,
      start: () => {
        part.start?.();
        for (const check of healthChecks) health.register(check);
      },
      stop: async () => part.stop?.(),
      deadlineSeconds: deadlineSeconds ?? partDeadlineSeconds,
    });
  }
  if (!(roles[kernel.role].ports as readonly PortName[]).includes('public')) return undefined;
  return components.add({
    name: 'public server',
    needs: ['flag overrides', ...parts.map(({ name }) => name)],
    start: async () => {
      const limits = limitsOf(kernel);
      // On AWS one load balancer stands in front; a laptop has none, and whoever sends the header there made it up.
      const trustedProxies = kernel.settings.HOLDFAST_TIER === 'local' ? 0 : 1;
      const server = await createPublicServer({ ...http, limits, trustedProxies });
      for (const part of parts) part.routes?.(server);
      const port = await listen(server, ports?.public ?? contractPorts.public);
      server.server.on('error', (error) => kernel.fail('public server', error));
      return { server, port };
    },
    stop: ({ server }) => server.close(),
    deadlineSeconds: partDeadlineSeconds,
  });
}

const limitsOf = ({ settings, flags, cache, resilience, log, metrics }: Kernel) =>
  new RateLimits({
    ...{ cache, log, metrics },
    environment: settings.HOLDFAST_ENVIRONMENT,
    limit: () => ({
      perMinute: settings.HOLDFAST_RATE_LIMIT_PER_MINUTE,
      burst: settings.HOLDFAST_RATE_LIMIT_BURST,
    }),
    enabled: () => flags.value('rate_limiting'),
    guard: resilience.rateLimits,
  });
