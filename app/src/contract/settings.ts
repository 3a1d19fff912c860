import { z } from 'zod';
import { lifecycle } from './lifecycle';
import { databaseName } from './roles';

/** `development`, `staging` and `production` run on AWS; `local` on a laptop, alone legal with embedded services. */
export const tiers = ['local', 'development', 'staging', 'production'] as const;
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

interface PlainSetting<S extends z.ZodType = z.ZodType> {
  readonly kind: 'plain';
  readonly schema: S;
  readonly description: string;
}
interface SecretSetting<S extends z.ZodType = z.ZodType> {
  readonly kind: 'secret';
  readonly schema: S;
  readonly description: string;
  /** Made by Holdfast, not by somebody else: must be strong outside `local`, and is generated in `local`. */
  readonly generated: boolean;
}
export type SettingDefinition = PlainSetting | SecretSetting;

const plain = <S extends z.ZodType>(schema: S, description: string): PlainSetting<S> => ({
  kind: 'plain',
  schema,
  description,
});
const secret = <S extends z.ZodType>(
  schema: S,
  options: { generated: boolean; description: string },
): SecretSetting<S> => ({ kind: 'secret', schema, ...options });

/** Environment variables are strings; `whole` reads one as a whole number within bounds. */
const whole = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);
const absolutePath = z.string().regex(/^\//, 'must be an absolute path');

/** Minimum length, in characters, of keys that Holdfast generates. 64 hex digits are 256 bits. */
export const generatedKeyLength = 64;

/**
 * Every environment variable the service reads. The infrastructure writes the plain ones into a ConfigMap and mounts
 * the secret ones as files named like the variable, announced by `<NAME>_FILE`.
 */
export const settings = {
  HOLDFAST_ENVIRONMENT: plain(
    z.string().regex(/^[a-z][a-z0-9]{1,9}$/, 'must be 2 to 10 lower-case letters and digits, a letter first'),
    'Name of the environment, as in environments/.',
  ),
  HOLDFAST_TIER: plain(z.enum(tiers), 'What the environment is for; decides which shortcuts are legal.'),
  HOLDFAST_LOG_LEVEL: plain(z.enum(logLevels).default('info'), 'Least severe level that is logged.'),
  HOLDFAST_FLAGS_DIRECTORY: plain(absolutePath, 'Directory that holds flags.json; watched for changes.'),
  HOLDFAST_DRAIN_DELAY_SECONDS: plain(
    whole(0, 300).default(lifecycle.drainDelaySeconds),
    'Seconds between failing readiness and closing the listener on SIGTERM.',
  ),
  HOLDFAST_AWS_REGION: plain(
    z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-west-1')
      .optional(),
    'Region in which IAM logins are signed; required where an AUTH setting is "iam".',
  ),

  HOLDFAST_DATABASE_ENGINE: plain(
    z.enum(['postgres', 'pglite']),
    'postgres: a server. pglite: PostgreSQL embedded in the process, in `local` only.',
  ),
  HOLDFAST_DATABASE_DIRECTORY: plain(absolutePath.optional(), 'Data directory of pglite.'),
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
  HOLDFAST_QUERY_CACHE_SECONDS: plain(
    whole(1, 3600).default(10),
    'Seconds for which an answer to an aggregate query is reused: its greatest staleness.',
  ),

  HOLDFAST_SIGNING_KEY: secret(z.string().min(generatedKeyLength), {
    generated: true,
    description: 'Signs the cursors handed to clients. Rotating it makes cursors in flight invalid.',
  }),
} as const satisfies Record<`HOLDFAST_${string}`, SettingDefinition>;

type Definitions = typeof settings;
export type SettingKey = keyof Definitions;
type KeysOfKind<Kind extends SettingDefinition['kind']> = {
  [K in SettingKey]: Definitions[K]['kind'] extends Kind ? K : never;
}[SettingKey];
export type PlainSettingKey = KeysOfKind<'plain'>;
export type SecretSettingKey = KeysOfKind<'secret'>;

type Parsed<K extends SettingKey> = z.output<Definitions[K]['schema']>;
/** What the service works with: parsed, defaulted, checked. */
export type Settings = { readonly [K in SettingKey]: Parsed<K> };

/** A setting may be left out where its schema has a default or is optional. */
type Omittable<K extends SettingKey> = undefined extends z.input<Definitions[K]['schema']> ? true : false;
type HasDefault<K extends SettingKey> = Definitions[K]['schema'] extends z.ZodDefault ? true : Omittable<K>;
/**
 * What the infrastructure has to give: every plain setting without a default, as its parsed type, or as a string that
 * Terraform fills in at apply.
 */
export type PlainSettingsInput = {
  readonly [K in PlainSettingKey as HasDefault<K> extends true ? never : K]: Parsed<K> | string;
} & {
  readonly [K in PlainSettingKey as HasDefault<K> extends true ? K : never]?: Parsed<K> | string;
};

export const settingKeys = Object.keys(settings) as SettingKey[];
export const plainSettingKeys = settingKeys.filter((k) => settings[k].kind === 'plain') as PlainSettingKey[];
export const secretSettingKeys = settingKeys.filter(
  (k) => settings[k].kind === 'secret',
) as SecretSettingKey[];

/** Keys that Holdfast makes itself, and rotates; every other secret is somebody else's. */
export const generatedSecretKeys = secretSettingKeys.filter((key) => {
  const definition = settings[key];
  return definition.kind === 'secret' && definition.generated;
}) as [SecretSettingKey, ...SecretSettingKey[]];

/** Name of the variable that announces a mounted secret file. */
export const secretFileVariable = (key: SecretSettingKey): `${SecretSettingKey}_FILE` => `${key}_FILE`;

export interface SettingProblem {
  readonly key: string;
  readonly message: string;
}

/** Values that only ever stand where somebody forgot to write the real one. */
const placeholder = /^(change_?-?me|replace_?-?me|to_?do|fix_?me|x{3,}|example|placeholder|<.*>|\$\{.*\})$/i;

function checkValue(key: SettingKey, value: string | undefined, tier: string | undefined): SettingProblem[] {
  const definition = settings[key];
  const local = tier === 'local';
  if (value !== undefined && !local && placeholder.test(value.trim())) {
    return [{ key, message: 'still holds a placeholder; write the real value' }];
  }
  if (value === undefined && definition.kind === 'secret' && definition.generated && local) return [];
  // In `local` a short key is somebody's experiment; elsewhere it is a weakness.
  if (value !== undefined && definition.kind === 'secret' && definition.generated && local) return [];
  const result = definition.schema.safeParse(value);
  if (result.success) return [];
  if (value === undefined) return [{ key, message: `is missing (${definition.description})` }];
  return result.error.issues.map((issue) => ({ key, message: describe(issue, definition.kind) }));
}

function describe(issue: z.core.$ZodIssue, kind: SettingDefinition['kind']): string {
  // A secret's message never repeats the value; zod's own messages don't either, but say it once and for all.
  if (kind === 'secret' && issue.code === 'too_small') {
    return `must have at least ${issue.minimum} characters; generate one with: openssl rand -hex 32`;
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return 'must be a whole number';
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  return issue.message.replace(/^Invalid string: /, '');
}

/** Rules that need more than one setting. `isSet` tells whether a value is or will be there. */
function crossFieldProblems(value: (key: SettingKey) => string | undefined): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const effective = (key: SettingKey): string | undefined => {
    const given = value(key);
    if (given !== undefined) return given;
    const parsed = settings[key].schema.safeParse(undefined);
    return parsed.success && parsed.data !== undefined ? String(parsed.data) : undefined;
  };
  const need = (key: SettingKey, because: string) => {
    if (value(key) === undefined) problems.push({ key, message: `is missing: required because ${because}` });
  };
  const tier = effective('HOLDFAST_TIER');
  const database = effective('HOLDFAST_DATABASE_ENGINE');
  const cache = effective('HOLDFAST_CACHE_ENGINE');

  if (database === 'pglite') {
    need('HOLDFAST_DATABASE_DIRECTORY', 'HOLDFAST_DATABASE_ENGINE is "pglite"');
    if (tier !== 'local') {
      problems.push({
        key: 'HOLDFAST_DATABASE_ENGINE',
        message: 'must be postgres unless HOLDFAST_TIER is "local"',
      });
    }
  }
  if (database === 'postgres') {
    need('HOLDFAST_DATABASE_HOST', 'HOLDFAST_DATABASE_ENGINE is "postgres"');
    if (effective('HOLDFAST_DATABASE_AUTH') === 'iam') {
      need('HOLDFAST_AWS_REGION', 'HOLDFAST_DATABASE_AUTH is "iam"');
    } else {
      need('HOLDFAST_DATABASE_PASSWORD', 'HOLDFAST_DATABASE_AUTH is "password"');
    }
  }
  if (cache === 'memory' && tier !== 'local') {
    problems.push({
      key: 'HOLDFAST_CACHE_ENGINE',
      message: 'must be valkey unless HOLDFAST_TIER is "local"',
    });
  }
  if (cache === 'valkey') {
    need('HOLDFAST_CACHE_HOST', 'HOLDFAST_CACHE_ENGINE is "valkey"');
    const auth = effective('HOLDFAST_CACHE_AUTH');
    if (auth === 'iam') {
      need('HOLDFAST_CACHE_NAME', 'HOLDFAST_CACHE_AUTH is "iam"');
      need('HOLDFAST_AWS_REGION', 'HOLDFAST_CACHE_AUTH is "iam"');
    }
    if (auth === 'password') need('HOLDFAST_CACHE_PASSWORD', 'HOLDFAST_CACHE_AUTH is "password"');
  }
  return problems;
}

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/**
 * Parses what the process was given, secrets already read from their files. An empty variable counts as not set.
 * Reports every problem at once. In `local`, a missing generated key is made by `generateKey`.
 */
export function parseSettings(
  given: Readonly<Record<string, string | undefined>>,
  generateKey: () => string,
): ParsedSettings {
  const value = (key: SettingKey) => given[key] || undefined;
  const tier = value('HOLDFAST_TIER');
  const problems = settingKeys.flatMap((key) => checkValue(key, value(key), tier));
  const known = new Set(problems.map((p) => p.key));
  problems.push(...crossFieldProblems(value).filter((p) => !known.has(p.key)));
  if (problems.length > 0) return { ok: false, problems };

  const parsed: Partial<Record<SettingKey, unknown>> = {};
  for (const key of settingKeys) {
    const definition = settings[key];
    const generated = definition.kind === 'secret' && definition.generated && tier === 'local';
    parsed[key] = generated ? (value(key) ?? generateKey()) : definition.schema.parse(value(key));
  }
  return { ok: true, settings: parsed as Settings };
}

/**
 * Renders plain settings as a ConfigMap's data and checks them as the service will. `isUnresolved` names values that
 * Terraform fills in at apply: they are present, but their content can't be checked yet.
 */
export function renderPlainSettings(
  input: PlainSettingsInput,
  isUnresolved: (value: unknown) => boolean,
): { data: Record<string, string>; problems: SettingProblem[] } {
  const entries = Object.entries(input).filter(([, v]) => v !== undefined) as [
    PlainSettingKey,
    string | number,
  ][];
  const data = Object.fromEntries(entries.map(([key, v]) => [key, String(v)]));
  const problems = plainSettingKeys
    .filter((key) => !isUnresolved(input[key]))
    .flatMap((key) => checkValue(key, data[key], data.HOLDFAST_TIER));
  const secrets = new Set<string>(secretSettingKeys);
  problems.push(...crossFieldProblems((key) => data[key]).filter((p) => !secrets.has(p.key)));
  return { data, problems };
}
