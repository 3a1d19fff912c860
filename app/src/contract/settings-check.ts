import type { z } from 'zod';
import type { SettingDefinition } from './setting-kinds';
import {
  type PlainSettingKey,
  type PlainSettingsInput,
  plainSettingKeys,
  type SettingKey,
  type Settings,
  secretSettingKeys,
  settingKeys,
  settings,
} from './settings';

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
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  return issue.message.replace(/^Invalid string: /, '');
}

/** Pairs of which the first must not be reached after the second. */
const thresholds = plainSettingKeys
  .filter((key) => key.includes('_WARN_'))
  .map((warn) => [warn, warn.replace('_WARN_', '_CRITICAL_') as PlainSettingKey] as const);

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
  for (const [warn, critical] of thresholds) {
    // What Terraform fills in is no number yet, and greater than nothing.
    if (!(Number(effective(warn)) > Number(effective(critical)))) continue;
    problems.push({ key: warn, message: `must not be more than ${critical}` });
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
