import type { z } from 'zod';
import type { Section, SettingDefinition } from './setting-kinds';
import { cache, database, service } from './settings-backing';
import { api, compliance, monitoring, performance, security } from './settings-operation';

export { generatedKeyLength, logLevels, type SettingDefinition } from './setting-kinds';

/**
 * Every setting of the service, by section; docs/settings.md is this table. The infrastructure writes the plain ones
 * into a ConfigMap and mounts the secret ones as files named like the variable, announced by `<NAME>_FILE`.
 */
export const settingSections = {
  service,
  database,
  cache,
  api,
  security,
  monitoring,
  compliance,
  performance,
} as const satisfies Record<string, Section>;
export type SettingSection = keyof typeof settingSections;

/** The same without the sections: by name. */
export const settings = {
  ...service,
  ...database,
  ...cache,
  ...api,
  ...security,
  ...monitoring,
  ...compliance,
  ...performance,
} as const satisfies Section;

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
  const definition: SettingDefinition = settings[key];
  return definition.kind === 'secret' && definition.generated;
}) as [SecretSettingKey, ...SecretSettingKey[]];

/** Name of the variable that announces a mounted secret file. */
export const secretFileVariable = (key: SecretSettingKey): `${SecretSettingKey}_FILE` => `${key}_FILE`;

const sectionNames = Object.keys(settingSections) as SettingSection[];
export const sectionOf = (key: SettingKey): SettingSection =>
  sectionNames.find((section) => key in settingSections[section]) as SettingSection;

/**
 * Where a setting stands in the YAML file: its section, then its name in lower case without what the section says
 * already. HOLDFAST_DATABASE_POOL_SIZE is `database.pool_size`.
 */
export function filePathOf(key: SettingKey): readonly [section: SettingSection, name: string] {
  const section = sectionOf(key);
  const name = key.replace('HOLDFAST_', '').toLowerCase();
  return [section, name.startsWith(`${section}_`) ? name.slice(section.length + 1) : name];
}
