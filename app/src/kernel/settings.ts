import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  filePathOf,
  generatedKeyLength,
  generatedSecretKeys,
  parseSettings,
  type SecretSettingKey,
  type SettingKey,
  type SettingProblem,
  type Settings,
  secretFileVariable,
  secretSettingKeys,
  settingKeys,
} from '../contract';
import { didYouMean } from './did-you-mean';
import { readSettingsFile, type SettingsFile } from './settings-file';
import { exitCodes, StartError } from './start-error';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a value comes from, and by what name: a variable, or a file (and the place in it). */
export type SettingSource =
  | { readonly kind: 'default' | 'generated' }
  | { readonly kind: 'environment'; readonly from: string }
  | { readonly kind: 'file'; readonly from: string; readonly at: string }
  | { readonly kind: 'secret file'; readonly from: string };

export interface LoadedSettings {
  readonly settings: Settings;
  readonly sources: Readonly<Record<SettingKey, SettingSource>>;
  /** Paths of the secrets that came as files; these follow rotation. */
  readonly secretFiles: Partial<Record<SecretSettingKey, string>>;
  /**
   * Names that this version doesn't know: legal during a rolling update, so they are logged, not refused.
   */
  readonly warnings: readonly string[];
}
export type SettingsOutcome =
  | ({ readonly ok: true } & LoadedSettings)
  | {
      readonly ok: false;
      readonly problems: readonly LocatedProblem[];
      readonly warnings: readonly string[];
    };

/** A problem, and where the value stands that has it when that isn't a variable. */
export interface LocatedProblem extends SettingProblem {
  readonly place?: string;
}

/** Reads a mounted secret. Editors and `echo` end files with a newline that is no part of the secret. */
export const readSecretFile = (path: string): string => readFileSync(path, 'utf8').replace(/\r?\n$/, '');

/** A key as strong as Holdfast asks for, in hexadecimal digits. */
const generateKey = () => randomBytes(generatedKeyLength / 2).toString('hex');

/**
 * Reads every setting: from the environment, else from the file that HOLDFAST_CONFIG_FILE names, else the default;
 * secrets also from the files named by `<KEY>_FILE`. Collects all problems.
 *
 * @param file stands for the file's content, to try one out
 */
export function readSettings(env: Environment, file = fileOf(env)): SettingsOutcome {
  const secrets = readSecrets(env);
  const parsed = parseSettings({ ...file.given, ...withoutEmpty(secrets.given) }, generateKey);
  const path = env.HOLDFAST_CONFIG_FILE;
  const place = (key: SettingKey) => `${filePathOf(key).join('.')} in ${path ?? 'the file'}`;
  const sources = Object.fromEntries(
    settingKeys.map((key): [SettingKey, SettingSource] => {
      const secretFile = secrets.secretFiles[key as SecretSettingKey];
      if (secretFile !== undefined) return [key, { kind: 'secret file', from: secretFile }];
      if (env[key]) return [key, { kind: 'environment', from: key }];
      if (file.given[key]) {
        return [key, { kind: 'file', from: path ?? 'the file', at: filePathOf(key).join('.') }];
      }
      const generated = parsed.ok && isGenerated(key) && parsed.settings[key] !== undefined;
      return [key, { kind: generated ? 'generated' : 'default' }];
    }),
  ) as Record<SettingKey, SettingSource>;

  const warnings = [...unknownVariables(env), ...file.warnings];
  const problems: LocatedProblem[] = [...secrets.problems, ...file.problems.map((p) => inFile(p, path))];
  const unreadable = new Set(problems.map((problem) => problem.key.replace(/_FILE$/, '')));
  for (const problem of parsed.ok ? [] : parsed.problems) {
    if (unreadable.has(problem.key)) continue;
    const key = problem.key as SettingKey;
    problems.push(sources[key]?.kind === 'file' ? { ...problem, place: place(key) } : problem);
  }
  if (problems.length > 0 || !parsed.ok) return { ok: false, problems, warnings };
  return { ok: true, settings: parsed.settings, sources, secretFiles: secrets.secretFiles, warnings };
}

/** @throws StartError with exit code 78 that lists all problems, one a line */
export function loadSettings(env: Environment): LoadedSettings {
  const outcome = readSettings(env);
  if (outcome.ok) return outcome;
  throw new StartError(outcome.problems.map(problemLine).join('\n'), exitCodes.configuration);
}

/** One line for people. */
export const problemLine = ({ key, place, message }: LocatedProblem): string =>
  place === undefined ? `${key} ${message}` : `${key} (${place}) ${message}`;

/**
 * The settings of a command that only talks to the database. What serves requests may be missing: the
 * migration runs with fewer secrets than the service.
 */
export function loadDatabaseSettings(env: Environment): LoadedSettings {
  return loadStoreSettings({
    ...env,
    HOLDFAST_CACHE_ENGINE: 'valkey',
    HOLDFAST_CACHE_HOST: 'unused',
    HOLDFAST_CACHE_AUTH: 'none',
    HOLDFAST_CACHE_PASSWORD: undefined,
    HOLDFAST_CACHE_PASSWORD_FILE: undefined,
  });
}

/** The same for a command that talks to the database and the cache. */
export function loadStoreSettings(env: Environment): LoadedSettings {
  return loadSettings({
    ...env,
    HOLDFAST_FLAGS_DIRECTORY: '/',
    HOLDFAST_SIGNING_KEY: generateKey(),
    HOLDFAST_SIGNING_KEY_FILE: undefined,
    HOLDFAST_MANAGEMENT_TOKEN: generateKey(),
    HOLDFAST_MANAGEMENT_TOKEN_FILE: undefined,
  });
}

/** The settings of a command that only talks to the cache. */
export function loadCacheSettings(env: Environment): LoadedSettings {
  return loadSettings({
    ...env,
    HOLDFAST_FLAGS_DIRECTORY: '/',
    HOLDFAST_DATABASE_ENGINE: 'postgres',
    HOLDFAST_DATABASE_HOST: 'unused',
    HOLDFAST_DATABASE_AUTH: 'password',
    HOLDFAST_DATABASE_PASSWORD: generateKey(),
    HOLDFAST_DATABASE_PASSWORD_FILE: undefined,
    HOLDFAST_SIGNING_KEY: generateKey(),
    HOLDFAST_SIGNING_KEY_FILE: undefined,
    HOLDFAST_MANAGEMENT_TOKEN: generateKey(),
    HOLDFAST_MANAGEMENT_TOKEN_FILE: undefined,
  });
}

function readSecrets(env: Environment) {
  const given: Record<string, string | undefined> = { ...env };
  const secretFiles: Partial<Record<SecretSettingKey, string>> = {};
  const problems: SettingProblem[] = [];
  for (const key of secretSettingKeys) {
    const variable = secretFileVariable(key);
    const path = env[variable];
    if (!path) continue;
    if (env[key]) {
      problems.push({ key: variable, message: `must not be given together with ${key}` });
      continue;
    }
    try {
      given[key] = readSecretFile(path);
      secretFiles[key] = path;
    } catch (error) {
      const cause = (error as NodeJS.ErrnoException).code;
      problems.push({ key: variable, message: `must name a readable file; ${path} is not (${cause})` });
    }
  }
  return { given, secretFiles, problems };
}

const noFile: SettingsFile = { given: {}, problems: [], warnings: [] };
const fileOf = (env: Environment): SettingsFile =>
  env.HOLDFAST_CONFIG_FILE ? readSettingsFile(env.HOLDFAST_CONFIG_FILE) : noFile;

const isGenerated = (key: SettingKey): boolean =>
  (generatedSecretKeys as readonly SettingKey[]).includes(key);

/** An empty variable is not set, and hides nothing. */
const withoutEmpty = (given: Environment): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value));

function inFile(problem: SettingProblem, path: string | undefined): LocatedProblem {
  const known = problem.key === 'HOLDFAST_CONFIG_FILE';
  return known ? problem : { ...problem, place: path ?? 'the file' };
}

function unknownVariables(env: Environment): string[] {
  const known: readonly string[] = [...settingKeys, ...secretSettingKeys.map(secretFileVariable)];
  return Object.keys(env)
    .filter((name) => name.startsWith('HOLDFAST_') && !known.includes(name))
    .map((name) => `${name} is not a setting of this version; it is ignored.${didYouMean(name, known)}`);
}
