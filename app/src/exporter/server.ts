import Fastify, { type FastifyInstance } from 'fastify';
import { managementPaths, probes } from '../contract';
import type { Exporter } from './exporter';
import { contentType } from './samples';

/** Probes and metrics. A server that doesn't answer is a metric here, never a failed probe: a restart mends nothing. */
export function createExporterServer(exporter: Exporter): FastifyInstance {
  const server = Fastify({ logger: false, forceCloseConnections: 'idle' });
  for (const { path } of Object.values(probes)) server.get(path, async () => ({ status: 'pass' }));
  server.get(managementPaths.metrics, async (_, reply) =>
    reply.type(contentType).send(await exporter.scrape()),
  );
  return server;
}
