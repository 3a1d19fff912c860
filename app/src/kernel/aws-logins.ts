/**
 * Logins to AWS's databases and caches by tokens that the pod's own role signs. A token is valid for fifteen
 * minutes and is only looked at when a connection is made, so each connection gets a fresh one.
 *
 * The AWS packages are loaded on first use: a process that logs in by password never pays for them.
 */
import type { SignatureV4 } from '@smithy/signature-v4';

type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];

const tokenLifetimeSeconds = 900;
let sharedCredentials: Credentials | undefined;

/**
 * Pod Identity, environment, profile … in the SDK's order; caches what it finds until shortly before it
 * expires.
 */
async function defaultCredentials(): Promise<Credentials> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  sharedCredentials ??= defaultProvider();
  return sharedCredentials;
}

export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly region: string;
  /** Default: what the SDK finds in the process's surroundings. */
  readonly credentials?: Credentials;
}

/** Password for an RDS instance or proxy with IAM authentication. */
export async function databaseToken(login: DatabaseLogin): Promise<string> {
  const { Signer } = await import('@aws-sdk/rds-signer');
  const signer = new Signer({
    hostname: login.host,
    port: login.port,
    username: login.user,
    region: login.region,
    credentials: login.credentials ?? (await defaultCredentials()),
  });
  return signer.getAuthToken();
}

export interface CacheLogin {
  /** Replication group id, not the endpoint's host name. */
  readonly name: string;
  readonly user: string;
  readonly region: string;
  readonly credentials?: Credentials;
}

/** Password for an ElastiCache user with IAM authentication. */
export async function cacheToken(login: CacheLogin): Promise<string> {
  const [{ SignatureV4: Signer }, { Sha256 }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-crypto/sha256-js'),
  ]);
  const signer = new Signer({
    service: 'elasticache',
    region: login.region,
    credentials: login.credentials ?? (await defaultCredentials()),
    sha256: Sha256,
  });
  const request = {
    method: 'GET',
    protocol: 'http:',
    hostname: login.name,
    path: '/',
    query: { Action: 'connect', User: login.user },
    headers: { host: login.name },
  };
  const signed = await signer.presign(request, { expiresIn: tokenLifetimeSeconds });
  const query = Object.entries(signed.query ?? {})
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return `${login.name}/?${query}`;
}
