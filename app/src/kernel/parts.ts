import { ports as contractPorts, type PortName, type RoleName, roles } from '../contract';
import type { Components } from './components';
import { createPublicServer, type HttpContext } from './http';
import type { Kernel, Part, StartOptions } from './kernel';
import { listen } from './listen';

/** Seconds that requests and batches in flight have to be finished, before what they stand on is closed. */
const defaultDeadlineSeconds = 10;

/** The parts of the role, and in front of them the server of the public port where the role has one. */
export function addParts(
  parts: readonly Part[],
  role: RoleName,
  components: Components,
  http: HttpContext,
  kernel: Kernel,
  { ports, partDeadlineSeconds = defaultDeadlineSeconds }: StartOptions,
) {
  for (const { name, needs = [], deadlineSeconds, start, stop } of parts.map(bound)) {
    const after = ['health checks', ...needs];
    components.add({
      name,
      needs: after,
      start,
      stop,
      deadlineSeconds: deadlineSeconds ?? partDeadlineSeconds,
    });
  }
  if (!(roles[role].ports as readonly PortName[]).includes('public')) return undefined;
  return components.add({
    name: 'public server',
    needs: ['health checks', ...parts.map(({ name }) => name)],
    start: async () => {
      const server = await createPublicServer(http);
      for (const part of parts) part.routes?.(server);
      const port = await listen(server, ports?.public ?? contractPorts.public);
      server.server.on('error', (error) => kernel.fail('public server', error));
      return { server, port };
    },
    stop: ({ server }) => server.close(),
    deadlineSeconds: partDeadlineSeconds,
  });
}

const bound = (part: Part) => ({
  ...part,
  start: () => part.start?.(),
  stop: async () => part.stop?.(),
});
