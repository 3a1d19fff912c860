import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import {
  filePathOf,
  plainSettingKeys,
  type SecretSettingKey,
  type SettingKey,
  type SettingProblem,
  type SettingSection,
  secretFileVariable,
  secretSettingKeys,
  settingSections,
} from '../contract';
import { didYouMean } from './did-you-mean';

export interface SettingsFile {
  /** Values as text, as an environment variable would hold them. */
  readonly given: Partial<Record<SettingKey, string>>;
  readonly problems: readonly SettingProblem[];
  /** Names that this version doesn't know: legal during a rolling update, so they are told, not refused. */
  readonly warnings: readonly string[];
}

/** Where a file can't say it: the file is named by it, or it would be somebody's secret in a ConfigMap. */
const outsideOfFiles = 'HOLDFAST_CONFIG_FILE';
const keysByPath = new Map<string, SettingKey>(
  [...plainSettingKeys, ...secretSettingKeys].map((key) => [filePathOf(key).join('.'), key]),
);

export function readSettingsFile(path: string): SettingsFile {
  try {
    return parseSettingsFile(readFileSync(path, 'utf8'));
  } catch (error) {
    const cause = (error as NodeJS.ErrnoException).code;
    const message = `must name a readable file; ${path} is not (${cause})`;
    return { given: {}, warnings: [], problems: [{ key: 'HOLDFAST_CONFIG_FILE', message }] };
  }
}

/**
 * Reads settings grouped in sections, such as `database: { pool_size: 20 }`. An empty file is none. Messages never
 * repeat what the file holds, apart from names: somebody may have put a secret there.
 */
export function parseSettingsFile(content: string): SettingsFile {
  const lines = new LineCounter();
  // No pretty errors: those quote the line.
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ code, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { key: `line ${line}, column ${col}`, message: `is not valid YAML (${code})` };
    });
    return { given: {}, warnings: [], problems };
  }
  const reader = new Reader();
  let root: unknown;
  try {
    root = document.toJS({ maxAliasCount: 10 }) ?? {};
  } catch {
    reader.problem('the file', 'uses an alias (*name) that it does not define, or too many of them');
    return reader;
  }
  if (!isMapping(root)) reader.problem('the file', 'must hold sections');
  else for (const [section, values] of Object.entries(root)) reader.section(section, values);
  return reader;
}

class Reader implements SettingsFile {
  readonly given: Partial<Record<SettingKey, string>> = {};
  readonly problems: SettingProblem[] = [];
  readonly warnings: string[] = [];

  problem(key: string, message: string): void {
    this.problems.push({ key, message });
  }

  section(name: string, values: unknown): void {
    if (!Object.hasOwn(settingSections, name)) {
      const guess = didYouMean(name, Object.keys(settingSections));
      this.warnings.push(`"${printable(name)}" is not a section of this version; it is ignored.${guess}`);
    } else if (isMapping(values)) {
      for (const [key, value] of Object.entries(values)) this.#value(name as SettingSection, key, value);
    } else if (values !== null) {
      this.problem(name, 'must hold names and values');
    }
  }

  #value(section: SettingSection, name: string, value: unknown): void {
    const path = `${section}.${name}`;
    const key = keysByPath.get(path);
    if (key === undefined) {
      const guess = didYouMean(path, [...keysByPath.keys()]);
      this.warnings.push(`${printable(path)} is not a setting of this version; it is ignored.${guess}`);
    } else if (isSecret(key)) {
      const instead = secretFileVariable(key);
      this.problem(path, `is a secret: put it into a file of its own, and name that by ${instead}`);
    } else if (key === outsideOfFiles) {
      this.problem(path, `can only be given as the variable ${key}`);
    } else if (typeof value === 'object' && value !== null) {
      this.problem(path, 'must be a single value');
    } else if (value !== null) {
      this.given[key] = String(value);
    }
  }
}

const isSecret = (key: SettingKey): key is SecretSettingKey =>
  (secretSettingKeys as readonly SettingKey[]).includes(key);
/** A name, unless it is more likely something that slipped into the place of one. */
const printable = (name: string): string => (/^[\w.-]{1,60}$/.test(name) ? name : '(no name)');
const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
