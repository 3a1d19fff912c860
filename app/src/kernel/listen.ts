import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { StartError } from './start-error';

/**
 * @param port 0 takes a free one
 * @param host address to listen on; default: all of the machine's
 * @returns the port
 * @throws StartError when the port is taken, or the address is not ours
 */
export async function listen(server: FastifyInstance, port: number, host = '0.0.0.0'): Promise<number> {
  try {
    await server.listen({ port, host });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartError(`${host} is no address of this machine; HOLDFAST_MANAGEMENT_HOST must be one.`);
    }
    if (code !== 'EADDRINUSE') throw error;
    throw new StartError(
      `Port ${port} is taken. Find out by whom with "ss -ltnp 'sport = :${port}'" (macOS: "lsof -i :${port}"), ` +
        'and stop that process.',
    );
  }
  return (server.server.address() as AddressInfo).port;
}
