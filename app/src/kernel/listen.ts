import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { StartError } from './start-error';

/**
 * Listens on all addresses of the machine.
 *
 * @param port 0 takes a free one
 * @returns the port
 * @throws StartError when the port is taken
 */
export async function listen(server: FastifyInstance, port: number): Promise<number> {
  try {
    await server.listen({ port, host: '0.0.0.0' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new StartError(
      `Port ${port} is taken. Find out by whom with "ss -ltnp 'sport = :${port}'" (macOS: "lsof -i :${port}"), ` +
        'and stop that process.',
    );
  }
  return (server.server.address() as AddressInfo).port;
}
