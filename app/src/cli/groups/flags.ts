import { flagKeys } from '../../contract';
import { segment } from '../client/client';
import { argument, option, spec, whole } from '../command';
import { exitCodes } from '../exit-codes';
import { usageError } from '../failure';
import { listOfNames, readInput } from '../input';
import { fields, table } from '../output/table';
import { lines, time } from '../output/text';
import { changing } from './flag-changes';
import { age, countText, type Flag, flagFields, flagTable, noFlag, readFlag } from './flag-text';
import { imports } from './flag-transfer';

const keyArgument = argument('<key>', 'the flag', flagKeys);

const list = spec<{ owner?: string; layer?: string; file?: string }>({
  name: 'list',
  summary: 'every flag with its value, whom it is on for, and who says so',
  asks: 'service',
  options: [
    option('--owner <team>', 'only flags of this team'),
    option('--layer <layer>', 'only flags that this layer decides').choices(['default', 'file', 'override']),
    option('--file <file>', "no service: what this file (flagd's format) would make of them"),
  ],
  examples: [
    ['flags list', 'what is in force?'],
    ['flags list --layer override', 'what was changed at run time?'],
    ['flags list --file flags.yaml', 'what would this file do?'],
  ],
  run: async ({ client, options: { owner, layer, file } }) => {
    const all =
      file === undefined ? (await client().get<{ flags: Flag[] }>('/flags')).flags : await inFile(file);
    const flags = all.filter((flag) => (!owner || flag.owner === owner) && (!layer || flag.layer === layer));
    return { json: { flags }, text: (view) => (flags.length === 0 ? 'None.\n' : flagTable(view, flags)) };
  },
});

const inFile = async (file: string): Promise<readonly Flag[]> =>
  (await import('./flag-file.js')).readFlagFile(readInput(file), file).flags;

const show = spec({
  name: 'show',
  summary: 'one flag: all that is known of it',
  asks: 'service',
  arguments: [keyArgument],
  examples: [['flags show beta_ui', 'its rule, who changed it, how often it was asked for']],
  run: async ({ client, args: [key = ''] }) => {
    const json = await readFlag(client(), key);
    return { json, text: (view) => flagFields(view, json) };
  },
});

interface Explanation {
  readonly value: unknown;
  readonly variant?: string;
  readonly reason: string;
  readonly layer: string;
  readonly layers: Readonly<Record<string, string>>;
  readonly bucket?: number;
  readonly requires: readonly { readonly key: string; readonly value: unknown }[];
  readonly because: string;
}

const explain = spec<{ for?: string; groups?: readonly string[]; context?: object }>({
  name: 'explain',
  summary: 'why a flag is what it is for somebody: layer, rule, place of the key',
  asks: 'service',
  arguments: [keyArgument],
  options: [
    option('--for <key>', 'targeting key, such as a user id'),
    option('--groups <names>', "the user's groups, separated by commas").argParser(listOfNames),
    option('--context <json>', 'further members of the context').argParser(jsonObject),
  ],
  examples: [
    ['flags explain beta_ui --for user-42', 'why does this user see it?'],
    ['flags explain gdpr_advanced --for user-42 --groups staff', 'with groups'],
  ],
  run: async ({ client, args: [key = ''], options: { for: targetingKey, groups, context } }) => {
    const service = client();
    await readFlag(service, key);
    const asked = { ...context, ...(targetingKey ? { targetingKey } : {}), ...(groups ? { groups } : {}) };
    const json = await service.post<Explanation>(`/flags/${segment(key)}/explain`, { context: asked });
    return {
      json,
      text: (view) =>
        fields(view, [
          ['flag', key],
          ['value', String(json.value)],
          ['because', json.because],
          ['variant', json.variant],
          ['place', json.bucket === undefined ? undefined : `${json.bucket} of 10000`],
          ['from', json.layer],
          ...Object.entries(json.layers).map(([layer, says]) => [`  ${layer}`, says] as const),
          ...json.requires.map((each) => ['requires', `${each.key}, which is ${each.value}`] as const),
        ]),
    };
  },
});

const stats = spec({
  name: 'stats',
  summary: 'how often each flag was asked for, and what was served, by this process',
  asks: 'service',
  examples: [['flags stats', 'which flags are used?']],
  run: async ({ client }) => {
    interface Stats {
      readonly countedSince: string;
      readonly flags: Readonly<Record<string, Readonly<Record<string, number>>>>;
    }
    const json = await client().get<Stats>('/flags/stats');
    const total = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((a, b) => a + b, 0);
    const rows = Object.entries(json.flags).sort(([, a], [, b]) => total(b) - total(a));
    return {
      json,
      text: (view) =>
        lines(
          table(view, rows, [
            { header: 'flag', cell: ([key]) => key },
            { header: 'evaluations', cell: ([, counts]) => total(counts), align: 'right' },
            { header: 'served', cell: ([, counts]) => (total(counts) === 0 ? '' : countText(counts)) },
          ]),
          view.paint('dim', `Counted for ${age(json.countedSince)}.`),
        ),
    };
  },
});

const stale = spec<{ days: number; strict?: true }>({
  name: 'stale',
  summary: 'flags that should be removed, or that nobody asks for',
  asks: 'service',
  options: [
    option('--days <days>', 'the same for everybody for that long is settled')
      .argParser(whole(0))
      .default(30),
    option('--strict', 'exit with 1 when there is one'),
  ],
  examples: [
    ['flags stale', 'what can be tidied up?'],
    ['flags stale --strict --days 90', 'in a weekly pipeline'],
  ],
  run: async ({ client, options: { days, strict } }) => {
    interface Stale {
      readonly countedSince: string;
      readonly flags: readonly {
        key: string;
        owner: string;
        findings: readonly { kind: string; detail: string }[];
      }[];
      readonly unknownOverrides: readonly string[];
    }
    const json = await client().get<Stale>('/flags/stale', { days });
    const rows = json.flags.flatMap(({ key, owner, findings }) =>
      findings.map((each) => ({ key, owner, ...each })),
    );
    const unknown = json.unknownOverrides.map(
      (key) => `Override of a flag that this release does not have: ${key}`,
    );
    const found = rows.length + unknown.length > 0;
    return {
      json,
      exitCode: strict && found ? exitCodes.failure : exitCodes.ok,
      text: (view) =>
        !found
          ? 'No flag is stale.\n'
          : lines(
              table(view, rows, [
                { header: 'flag', cell: ({ key }) => key },
                { header: 'finding', cell: ({ kind }) => kind },
                { header: 'detail', cell: ({ detail }) => detail, flexible: true },
                { header: 'owner', cell: ({ owner }) => owner },
              ]),
              ...unknown,
              view.paint('dim', `"unused" is of this process, for ${age(json.countedSince)}.`),
            ),
    };
  },
});

const history = spec<{ limit: number }>({
  name: 'history',
  summary: 'who changed which flag, when and why',
  asks: 'service',
  arguments: [argument('[key]', 'only this flag', flagKeys)],
  options: [option('--limit <count>', 'how many, the newest').argParser(whole(1, 1000)).default(20)],
  examples: [['flags history beta_ui', 'who switched it on, and why?']],
  run: async ({ client, args: [key], options: { limit } }) => {
    if (key !== undefined && !(flagKeys as readonly string[]).includes(key)) throw noFlag(key);
    interface Recorded {
      readonly at: string;
      readonly key: string;
      readonly actor: string;
      readonly action: string;
      readonly reason: string;
    }
    const json = await client().get<{ changes: Recorded[] }>('/flags/changes', { key, limit });
    return {
      json,
      text: (view) =>
        json.changes.length === 0
          ? 'No changes.\n'
          : table(view, json.changes, [
              { header: 'at', cell: ({ at }) => time(at) },
              { header: 'flag', cell: (each) => each.key },
              { header: 'action', cell: ({ action }) => action },
              { header: 'by', cell: ({ actor }) => actor },
              { header: 'because', cell: ({ reason }) => reason, flexible: true },
            ]),
    };
  },
});

function jsonObject(given: string): object {
  try {
    const parsed: unknown = JSON.parse(given);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw usageError('--context: must be a JSON object.', `Such as '{"country":"DE"}'.`);
}

export const commands = [list, show, explain, stats, stale, history, ...changing, ...imports];
