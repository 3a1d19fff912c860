import { settings as definitions, settingKeys, settingSections, settingsFileSchema } from '../../contract';
import { didYouMean } from '../../kernel/did-you-mean';
import { type Environment, problemLine, readSettings, type SettingsOutcome } from '../../kernel/settings';
import { parseSettingsFile } from '../../kernel/settings-file';
import { argument, option, spec } from '../command';
import { exitCodes } from '../exit-codes';
import { CliError, usageError } from '../failure';
import { readInput } from '../input';
import { optionalClient, ownSettings } from '../local';
import { fields, table } from '../output/table';
import { lines } from '../output/text';
import type { View } from '../output/view';
import { type Change, type Changes, changeLines } from './setting-changes';

interface Setting {
  readonly setting: string;
  readonly section: string;
  readonly value: string | number | null;
  readonly source: { readonly kind: string; readonly from?: string; readonly at?: string };
  readonly secret: boolean;
  readonly reloadable: boolean;
  readonly needsRestart: boolean;
  readonly description: string;
}
interface Problem {
  readonly key: string;
  readonly place?: string;
  readonly message: string;
}
interface Verdict {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}
const sections = Object.keys(settingSections);

const show = spec<{ section?: string; changed?: true }>({
  name: 'show',
  summary: 'settings in force, and where each comes from; secrets are redacted',
  asks: 'service',
  arguments: [argument('[setting]', 'one of them, with what it means', settingKeys)],
  options: [
    option('--section <section>', 'one section of them').choices(sections),
    option('--changed', 'only those that are not the default'),
  ],
  examples: [
    ['config show --changed', 'what was set here?'],
    ['config show HOLDFAST_DATABASE_POOL_SIZE', 'one setting, and what it means'],
  ],
  run: async ({ client, options: { section, changed }, args: [name] }) => {
    const all = await client().get<{ settings: Setting[] }>('/config');
    if (name !== undefined) {
      const found = all.settings.find(({ setting }) => setting === name);
      if (!found)
        throw noSetting(
          name,
          all.settings.map(({ setting }) => setting),
        );
      return { json: found, text: (view) => one(view, found) };
    }
    const chosen = all.settings.filter(
      (each) => (!section || each.section === section) && (!changed || each.source.kind !== 'default'),
    );
    return {
      json: { settings: chosen },
      text: (view) =>
        table(view, chosen, [
          { header: 'setting', cell: ({ setting }) => setting },
          { header: 'value', cell: ({ value }) => value ?? '', flexible: true },
          { header: 'from', cell: origin, flexible: true },
          { header: 'change', cell: remark },
        ]),
    };
  },
});

const origin = ({ source: { kind, from, at } }: Setting): string => {
  if (kind === 'environment') return 'environment';
  return [kind, from, at].filter(Boolean).join(' ');
};
const remark = ({ reloadable, needsRestart }: Setting): string => {
  if (needsRestart) return 'waits for a restart';
  return reloadable ? 'by reload' : 'by restart';
};
const one = (view: View, setting: Setting): string =>
  fields(view, [
    ['setting', setting.setting],
    ['value', setting.value ?? '(none)'],
    ['from', origin(setting)],
    ['section', setting.section],
    ['change', remark(setting)],
    ['meaning', setting.description],
  ]);
const noSetting = (name: string, known: readonly string[]): CliError =>
  usageError(`There is no setting ${name}.${didYouMean(name, known)}`, 'docs/settings.md lists them.');

const validate = spec({
  name: 'validate',
  summary: 'whether a file of settings would be accepted, together with the variables',
  details:
    "Asks the service, which knows its own variables; without a service, or with --local, this shell's count. All " +
    'problems are told at once. Exits with 78 when there is one.',
  asks: 'either',
  arguments: [argument('[file]', 'YAML; default: the file that is in use')],
  examples: [
    ['config validate new.yaml', 'before it replaces the one in use'],
    ['config validate --local holdfast.yaml', 'in a pipeline, without a service'],
  ],
  run: async (invocation) => {
    const { args, cli } = invocation;
    const content = contentOf(args[0]);
    const service = optionalClient(invocation);
    const json = service
      ? await service.post<Verdict>('/config/validate', content === undefined ? undefined : { content })
      : verdictOf(readLocal(cli.env, content));
    const warnings = json.warnings.map((warning) => `warning: ${warning}`);
    if (json.ok) return { json, text: lines('The settings are valid.', ...warnings) };
    const count = json.problems.length === 1 ? '1 problem' : `${json.problems.length} problems`;
    const problems = json.problems.map((problem) => `  - ${problemLine(problem)}`);
    return {
      json,
      exitCode: exitCodes.configuration,
      text: lines(`Not valid: ${count}.`, ...problems, ...warnings),
    };
  },
});

const diff = spec<{ against?: string }>({
  name: 'diff',
  summary: 'what a file of settings would change, at once and at the next start',
  details:
    'Compares with what is in force in the service; with --against, two files with each other, and no service is ' +
    'needed. Exits with 78 when the file is not valid.',
  asks: 'either',
  arguments: [argument('[file]', 'YAML; default: the file that is in use')],
  options: [option('--against <file>', 'compare with this file instead')],
  examples: [
    ['config diff new.yaml', 'what would a reload with this file do?'],
    ['config diff new.yaml --against old.yaml', 'two files'],
  ],
  run: async (invocation) => {
    const { args, cli, options } = invocation;
    const content = contentOf(args[0]);
    const service = options.against === undefined ? optionalClient(invocation) : undefined;
    const json = service
      ? await service.post<({ ok: true } & Changes) | (Verdict & { ok: false })>(
          '/config/diff',
          content === undefined ? undefined : { content },
        )
      : compare(readLocal(cli.env, contentOf(options.against) ?? ''), readLocal(cli.env, content));
    if (json.ok) return { json, text: (view) => changeLines(view, json) };
    throw new CliError('Nothing to compare: the settings are not valid.', {
      exitCode: exitCodes.configuration,
      problems: json.problems.map(problemLine),
    });
  },
});

const schema = spec({
  name: 'schema',
  summary: 'JSON schema of the file of settings, for editors and other tools',
  asks: 'nothing',
  examples: [['config schema > holdfast.schema.json', 'for the YAML extension of an editor']],
  run: async () => {
    const json = settingsFileSchema();
    return { json, text: `${JSON.stringify(json, null, 2)}\n` };
  },
});

const contentOf = (path: string | undefined) => (path === undefined ? undefined : readInput(path));

function readLocal(env: Environment, content: string | undefined): SettingsOutcome {
  const own = ownSettings(env);
  return content === undefined ? readSettings(own) : readSettings(own, parseSettingsFile(content));
}

const verdictOf = (outcome: SettingsOutcome): Verdict => ({
  ok: outcome.ok,
  problems: outcome.ok ? [] : outcome.problems,
  warnings: outcome.warnings,
});

/** Secrets are not compared: files hold none. */
function compare(before: SettingsOutcome, after: SettingsOutcome) {
  const invalid = [before, after].find(({ ok }) => !ok);
  if (!before.ok || !after.ok) return { ...verdictOf(invalid as SettingsOutcome), ok: false as const };
  const shown = (value: string | number | undefined) => value ?? null;
  const changes = settingKeys
    .filter((key) => definitions[key].kind === 'plain' && before.settings[key] !== after.settings[key])
    .map((setting): Change => {
      const { reloadable } = definitions[setting];
      return {
        setting,
        from: shown(before.settings[setting]),
        to: shown(after.settings[setting]),
        reloadable,
      };
    });
  return {
    ok: true as const,
    applied: changes.filter(({ reloadable }) => reloadable),
    needsRestart: changes.filter(({ reloadable }) => !reloadable),
    warnings: after.warnings,
  };
}

export const commands = [show, validate, diff, schema];
