import { z } from 'zod';
import { lifecycle } from './lifecycle';
import { databaseName } from './roles';
import { absolutePath, plain, type Section, secret, tiers, whole } from './setting-kinds';

/** What the process is, and where it finds what it needs. */
export const service = {
  HOLDFAST_ENVIRONMENT: plain(
    z.string().regex(/^[a-z][a-z0-9]{1,9}$/, 'must be 2 to 10 lower-case letters and digits, a letter first'),
    'Name of the environment, as in environments/.',
  ),
  HOLDFAST_TIER: plain(z.enum(tiers), 'What the environment is for; decides which shortcuts are legal.'),
  HOLDFAST_CONFIG_FILE: plain(
    absolutePath().optional(),
    'YAML file with further settings, grouped in sections; watched for changes. Environment variables win over it.',
  ),
  HOLDFAST_FLAGS_DIRECTORY: plain(absolutePath(), 'Directory that holds flags.json; watched for changes.'),
  HOLDFAST_RUN_DIRECTORY: plain(
    absolutePath().optional(),
    'In `local`: where the process leaves its management address and token (mode 0600) for the command line. Default: a directory of the user’s own below the temporary one.',
  ),
  HOLDFAST_AWS_REGION: plain(
    z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-west-1')
      .optional(),
    'Region in which IAM logins are signed; required where an AUTH setting is "iam".',
  ),
  HOLDFAST_DRAIN_DELAY_SECONDS: plain(
    whole(0, 300).default(lifecycle.drainDelaySeconds),
    'Seconds between failing readiness and closing the listener on SIGTERM.',
  ),
} as const satisfies Section;

export const database = {
  HOLDFAST_DATABASE_ENGINE: plain(
    z.enum(['postgres', 'pglite']),
    'postgres: a server. pglite: PostgreSQL embedded in the process, in `local` only.',
  ),
  HOLDFAST_DATABASE_DIRECTORY: plain(absolutePath().optional(), 'Data directory of pglite.'),
  HOLDFAST_DATABASE_HOST: plain(
    z.string().min(1).optional(),
    'Host of the PostgreSQL server, or of the proxy that pools connections to it.',
  ),
  HOLDFAST_DATABASE_DIRECT_HOST: plain(
    z.string().min(1).optional(),
    'Host of the server itself, for what needs a session of its own: migrations, LISTEN, session locks. Default: HOLDFAST_DATABASE_HOST.',
  ),
  HOLDFAST_DATABASE_READER_HOSTS: plain(
    z
      .string()
      .regex(/^[^\s,]+(,[^\s,]+)*$/, 'must be host names, separated by commas without spaces')
      .optional(),
    'Hosts of read replicas; queries that may be a little behind go to one of them. Default: none, everything is read from the primary.',
  ),
  HOLDFAST_DATABASE_PORT: plain(whole(1, 65_535).default(5432), 'Port of the PostgreSQL server.'),
  HOLDFAST_DATABASE_NAME: plain(z.string().min(1).default(databaseName), 'Name of the database.'),
  HOLDFAST_DATABASE_AUTH: plain(
    z.enum(['iam', 'password']).default('iam'),
    'iam: log in with a token signed by the pod’s role. password: with HOLDFAST_DATABASE_PASSWORD.',
  ),
  HOLDFAST_DATABASE_TLS: plain(
    z.enum(['verify-full', 'disable']).default('verify-full'),
    'verify-full: encrypted, certificate and host name checked. disable: plain text, on trusted networks only.',
  ),
  HOLDFAST_DATABASE_POOL_SIZE: plain(
    whole(1, 100).default(10),
    'Connections that one process holds at most to each host; `connections` says how many all may hold together.',
  ),
  HOLDFAST_DATABASE_PASSWORD: secret(z.string().min(8).optional(), {
    generated: false,
    description: 'Password of the database login; required where HOLDFAST_DATABASE_AUTH is "password".',
  }),
  HOLDFAST_DATABASE_CONNECT_TIMEOUT_MS: plain(
    whole(100, 60_000).default(3000),
    'Milliseconds to wait for a connection, new or from the pool.',
  ),
  HOLDFAST_DATABASE_WAIT_SECONDS: plain(
    whole(0, lifecycle.longestDatabaseWaitSeconds).default(5),
    'Seconds for which a starting process waits for a PostgreSQL server that does not answer; then it starts degraded, and connects as soon as it can.',
  ),
  HOLDFAST_DATABASE_QUERY_TIMEOUT_MS: plain(
    whole(100, 600_000).default(60_000),
    'Milliseconds after which the client gives up on a query; the server has shorter limits per login.',
  ),
  HOLDFAST_DATABASE_IDLE_SECONDS: plain(
    whole(1, 3600).default(30),
    'Seconds after which an unused connection is closed; below the 300 after which RDS Proxy closes it.',
  ),
} as const satisfies Section;

export const cache = {
  HOLDFAST_CACHE_ENGINE: plain(
    z.enum(['valkey', 'memory']),
    'valkey: a Valkey or Redis server. memory: inside the process, in `local` only.',
  ),
  HOLDFAST_CACHE_MODE: plain(
    z.enum(['standalone', 'cluster']).default('standalone'),
    'standalone: one primary holds all keys. cluster: shards share them, and the host tells which.',
  ),
  HOLDFAST_CACHE_HOST: plain(
    z.string().min(1).optional(),
    'Host of the Valkey server; of any node, or the configuration endpoint, where the mode is "cluster".',
  ),
  HOLDFAST_CACHE_PORT: plain(whole(1, 65_535).default(6379), 'Port of the Valkey server.'),
  HOLDFAST_CACHE_NAME: plain(
    z.string().min(1).optional(),
    'Replication group id, part of the signed login; required where HOLDFAST_CACHE_AUTH is "iam".',
  ),
  HOLDFAST_CACHE_AUTH: plain(
    z.enum(['iam', 'password', 'none']).default('iam'),
    'iam: log in with a signed token. password: with HOLDFAST_CACHE_PASSWORD. none: a server without users.',
  ),
  HOLDFAST_CACHE_TLS: plain(
    z.enum(['on', 'off']).default('on'),
    'Whether the connection to Valkey is encrypted.',
  ),
  HOLDFAST_CACHE_PASSWORD: secret(z.string().min(8).optional(), {
    generated: false,
    description: 'Password of the cache user; required where HOLDFAST_CACHE_AUTH is "password".',
  }),
  HOLDFAST_CACHE_CONNECT_TIMEOUT_MS: plain(
    whole(100, 60_000).default(2500),
    'Milliseconds to wait for a connection to Valkey.',
  ),
  HOLDFAST_CACHE_COMMAND_TIMEOUT_MS: plain(
    whole(10, 10_000).default(500),
    'Milliseconds after which a command counts as a miss: a slower cache is worse than none.',
  ),
  HOLDFAST_CACHE_MEMORY_ENTRIES: plain(
    whole(1, 1_000_000).default(1000),
    'Entries that the cache inside the process keeps at most.',
  ),
} as const satisfies Section;
