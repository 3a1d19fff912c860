import { z } from 'zod';
import type { SettingDefinition } from './setting-kinds';
import {
  filePathOf,
  type SettingKey,
  type SettingSection,
  settingKeys,
  settingSections,
  settings,
} from './settings';

/** JSON schema of the YAML file, for editors and other tools. Secrets aren't in it: they never go into the file. */
export function settingsFileSchema(): Record<string, unknown> {
  const sections = Object.keys(settingSections).map((section) => [
    section,
    sectionSchema(section as SettingSection),
  ]);
  const file = z.strictObject(Object.fromEntries(sections));
  return z.toJSONSchema(file, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>;
}

function sectionSchema(section: SettingSection): z.ZodType {
  const members = settingKeys
    .filter((key) => filePathOf(key)[0] === section && key !== 'HOLDFAST_CONFIG_FILE')
    .filter((key) => settings[key].kind === 'plain')
    .map((key) => [filePathOf(key)[1], member(key)]);
  return z.strictObject(Object.fromEntries(members)).optional();
}

function member(key: SettingKey): z.ZodType {
  const { schema, description, reloadable }: SettingDefinition = settings[key];
  return schema.optional().meta({ description: `${key}: ${description}`, reloadable });
}
