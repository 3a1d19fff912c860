import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  generatedKeyLength,
  parseSettings,
  type SecretSettingKey,
  type SettingProblem,
  type Settings,
  secretFileVariable,
  secretSettingKeys,
  settingKeys,
} from '../contract';
import { didYouMean } from './did-you-mean';
import { exitCodes, StartError } from './start-error';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadedSettings {
  readonly settings: Settings;
  /** Paths of the secrets that came as files; these follow rotation. */
  readonly secretFiles: Partial<Record<SecretSettingKey, string>>;
  /**
   * Variables that this version doesn't know: legal during a rolling update, so they are logged, not refused.
   */
  readonly warnings: readonly string[];
}

/** Reads a mounted secret. Editors and `echo` end files with a newline that is no part of the secret. */
export const readSecretFile = (path: string): string => readFileSync(path, 'utf8').replace(/\r?\n$/, '');

/** A key as strong as Holdfast asks for, in hexadecimal digits. */
const generateKey = () => randomBytes(generatedKeyLength / 2).toString('hex');

/**
 * Reads every setting from the environment, secrets also from the files named by `<KEY>_FILE`.
 *
 * @throws StartError with exit code 78 that lists all problems, one a line
 */
export function loadSettings(env: Environment): LoadedSettings {
  const { given, secretFiles, problems } = readSecrets(env);
  const parsed = parseSettings(given, generateKey);
  const unreadable = new Set(problems.map((problem) => problem.key.replace(/_FILE$/, '')));
  if (!parsed.ok) problems.push(...parsed.problems.filter((problem) => !unreadable.has(problem.key)));
  if (problems.length > 0) throw settingsError(problems);
  if (!parsed.ok) throw new Error('unreachable: a failed parse has problems');
  return { settings: parsed.settings, secretFiles, warnings: unknownVariables(env) };
}

/**
 * The settings of a command that only talks to the database. What serves requests may be missing: the
 * migration runs with fewer secrets than the service.
 */
export function loadDatabaseSettings(env: Environment): LoadedSettings {
  return loadSettings({
    ...env,
    HOLDFAST_FLAGS_DIRECTORY: '/',
    HOLDFAST_CACHE_ENGINE: 'valkey',
    HOLDFAST_CACHE_HOST: 'unused',
    HOLDFAST_CACHE_AUTH: 'none',
    HOLDFAST_CACHE_PASSWORD: undefined,
    HOLDFAST_CACHE_PASSWORD_FILE: undefined,
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

function settingsError(problems: readonly SettingProblem[]): StartError {
  const lines = problems.map((problem) => `${problem.key} ${problem.message}`);
  return new StartError(lines.join('\n'), exitCodes.configuration);
}

function unknownVariables(env: Environment): string[] {
  const known: readonly string[] = [...settingKeys, ...secretSettingKeys.map(secretFileVariable)];
  return Object.keys(env)
    .filter((name) => name.startsWith('HOLDFAST_') && !known.includes(name))
    .map((name) => `${name} is not a setting of this version; it is ignored.${didYouMean(name, known)}`);
}
