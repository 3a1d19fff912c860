import {
  filePathOf,
  type SettingDefinition,
  type SettingKey,
  type SettingSection,
  settingSections,
  settings,
  settingsFileSchema,
} from '../../app/src/contract';

interface Described {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const intro = `# Settings of the service

This page is generated from \`app/src/contract/\` by \`npm run golden\`; a test holds it.

A setting is taken from the first of these that has it:

1. the environment variable; a secret also from the file that \`<NAME>_FILE\` names (never from both);
2. the YAML file that \`HOLDFAST_CONFIG_FILE\` names, where it stands under its section, as the tables say;
3. the default. In the tier \`local\`, keys that Holdfast makes itself are generated at each start.

Secrets never stand in the YAML file, and nothing ever shows their values. All problems are reported at once, and the
process exits 78. A name that a version doesn't know is logged with a guess, not refused: during a rolling update two
versions read the same settings.

**Reload**: SIGHUP, a change of the YAML file, or \`POST /admin/v1/system/reload\`. Everything is read and checked again: either
all of it is valid and every change of a setting marked "reload" applies at once, or nothing changes and the log says
why. What is marked "restart" is reported, and waits for the next start. Variables of a running process don't change, so
what should be reloadable belongs into the file. Secrets mounted as files follow their rotation by themselves.
\`GET /admin/v1/config\` shows every value with where it comes from; \`POST /admin/v1/config/diff\` what a file would change;
\`GET /admin/v1/config/schema\` is the JSON schema of the file.
`;

/** docs/settings.md: every setting of the service, from the contract. */
export function settingsPage(): string {
  const schema = settingsFileSchema() as {
    properties: Record<string, { properties: Record<string, Described> }>;
  };
  const sections = Object.entries(settingSections).map(([section, keys]) => {
    const rows = (Object.keys(keys) as SettingKey[]).map((key) => {
      const name = filePathOf(key)[1];
      return row(key, schema.properties[section as SettingSection]?.properties[name]);
    });
    const head = ['| Variable | In the file | Default | Values | Change | |', '|---|---|---|---|---|---|'];
    return [`## ${section}`, '', ...head, ...rows, ''].join('\n');
  });
  return [intro, ...sections].join('\n');
}

function row(key: SettingKey, described: Described | undefined): string {
  const definition: SettingDefinition = settings[key];
  const isSecret = definition.kind === 'secret';
  const inFile = described ? `\`${filePathOf(key).join('.')}\`` : isSecret ? 'never: secret' : 'never';
  const fallback = described?.default === undefined ? '' : `\`${described.default}\``;
  const change = isSecret ? 'rotation' : definition.reloadable ? 'reload' : 'restart';
  return `| \`${key}\` | ${inFile} | ${fallback} | ${valuesOf(described)} | ${change} | ${definition.description} |`;
}

function valuesOf(described: Described | undefined): string {
  if (described === undefined) return '';
  if (described.enum) return described.enum.map((value) => `\`${value}\``).join(', ');
  if (described.minimum === undefined) return described.type ?? '';
  return `${described.type} ${described.minimum} … ${described.maximum}`;
}
