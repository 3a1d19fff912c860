import { flagKeys } from '../../contract';
import { type Client, segment } from '../client/client';
import { argument, type CommonOptions, type Invocation, type Outcome, option, spec } from '../command';
import { confirm } from '../confirm';
import { CliError, usageError } from '../failure';
import {
  becoming,
  type OverrideOptions,
  overrideOf,
  overrideOptions,
  percentageOf,
  rampOptions,
} from './flag-overrides';
import { type DetailedFlag, type Flag, flagFields, readFlag, ruleText } from './flag-text';

interface Audited {
  readonly reason: string;
}
const keyArgument = argument('<key>', 'the flag', flagKeys);
const reasonOption = option('--reason <text>', 'why, for the audit').makeOptionMandatory();

/** What a change is decided on, and what it leads to. */
interface Plan {
  readonly key: string;
  /** What will be, for people. */
  readonly becomes: (before: Flag) => string;
  /** @param version of the override that the decision was made on */
  readonly send: (service: Client, version: number, before: Flag) => Promise<Flag>;
  /** Why it makes no sense, when it makes none. May throw as well. */
  readonly refuse?: (before: DetailedFlag) => CliError | undefined;
}

/** Shows what would change, asks, and changes it only when nobody else has changed it meanwhile. */
async function change(invocation: Invocation<Audited>, plan: Plan): Promise<Outcome> {
  const { cli, options, client } = invocation;
  if (options.reason.trim() === '')
    throw usageError('--reason: must say why.', 'It is kept with the change.');
  const service = client();
  const before = await readFlag(service, plan.key);
  const refused = plan.refuse?.(before);
  if (refused) throw refused;
  await confirm(
    cli,
    options as CommonOptions,
    `${plan.key}: now ${ruleText(before)}; then ${plan.becomes(before)}`,
  );
  await plan.send(service, before.version, before);
  const after = await readFlag(service, plan.key);
  return {
    json: { key: plan.key, before: withoutDetail(before), after: withoutDetail(after) },
    text: (view) => flagFields(view, after),
  };
}

const withoutDetail = ({ definition: _, counts: __, ...flag }: DetailedFlag): Flag => flag;

const overriding = (
  name: 'create' | 'update',
  summary: string,
  examples: Parameters<typeof spec>[0]['examples'],
) =>
  spec<OverrideOptions & Audited>({
    name,
    summary,
    details: 'Flags themselves are defined in the code: an override says what one is, until it is deleted.',
    asks: 'service',
    changes: true,
    arguments: [keyArgument],
    options: [...overrideOptions, reasonOption],
    examples,
    run: (invocation) => {
      const { options, args } = invocation;
      const key = args[0] ?? '';
      return change(invocation, {
        key,
        becomes: (before) => becoming(before, overrideOf(options, before)),
        refuse: (before) => {
          // What is wrong with the override is said before anybody is asked.
          overrideOf(options, before);
          const { version } = before;
          if (name === 'create' && version > 0) return overridden(key, 'has an override already', 'update');
          if (name === 'update' && version === 0) return overridden(key, 'has no override yet', 'create');
          return undefined;
        },
        send: (service, version, before) => {
          const override = overrideOf(options, before);
          const path = `/flags/${segment(key)}`;
          const { reason } = options;
          return name === 'create'
            ? service.post(path, { override, reason })
            : service.put(path, { override, reason, version });
        },
      });
    },
  });

const overridden = (key: string, state: string, instead: string): CliError =>
  new CliError(`${key} ${state}.`, { remedy: `Use "holdfast flags ${instead}".` });

const create = overriding('create', 'override a flag', [
  ['flags create beta_ui --percentage 5 --reason "first users"', 'on for 5 % of the users'],
  ['flags create query_page_limit --value 200 --reason "database is slow"', 'another value for everybody'],
]);
const update = overriding('update', "change a flag's override", [
  ['flags update beta_ui --users ann,bob --reason "only the team"', 'on for two users'],
]);

const remove = spec<Audited>({
  name: 'delete',
  summary: "take a flag's override away, so that file and code decide again",
  asks: 'service',
  changes: true,
  arguments: [keyArgument],
  options: [reasonOption],
  examples: [['flags delete beta_ui --reason "decided in the environment now"', 'back to what is deployed']],
  run: (invocation) => {
    const key = invocation.args[0] ?? '';
    return change(invocation, {
      key,
      becomes: () => 'what file and code say',
      refuse: ({ version }) => (version === 0 ? overridden(key, 'has no override', 'create') : undefined),
      send: (service, version) =>
        service.delete(`/flags/${segment(key)}`, { reason: invocation.options.reason, version }),
    });
  },
});

const switching = (name: 'enable' | 'disable', becomes: string, example: readonly [string, string]) =>
  spec<Audited>({
    name,
    summary: `switch a flag ${name === 'enable' ? 'on' : 'off'} for everybody`,
    asks: 'service',
    changes: true,
    arguments: [keyArgument],
    options: [reasonOption],
    examples: [example],
    run: (invocation) => {
      const { args, options } = invocation;
      const key = args[0] ?? '';
      return change(invocation, {
        key,
        becomes: ({ type }) => (type === 'boolean' ? becomes : `the ${name}d value for everybody`),
        send: (service, version) =>
          service.post(`/flags/${segment(key)}/${name}`, { reason: options.reason, version }),
      });
    },
  });

const enable = switching('enable', 'everybody', [
  'flags enable compression --reason "bandwidth is dear"',
  'on for everybody',
]);
const disable = switching('disable', 'nobody', [
  'flags disable ingestion --reason "INC-42" --yes',
  'in an incident, without being asked',
]);

const rollout = spec<Audited & { start?: string; end?: string }>({
  name: 'rollout',
  summary: 'switch a flag on for a share of the users, at once or rising with time',
  details: 'Raising the share never takes the flag away from anybody.',
  asks: 'service',
  changes: true,
  arguments: [keyArgument, argument('<share>', 'per cent, 0 to 100').argParser(percentageOf)],
  options: [...rampOptions, reasonOption],
  examples: [
    ['flags rollout beta_ui 25 --reason "no complaints at 5 %"', 'a quarter of the users, at once'],
    [
      'flags rollout beta_ui 100 --start 2027-03-01T08:00:00Z --end 2027-03-15T08:00:00Z --reason launch',
      'everybody within two weeks',
    ],
  ],
  run: (invocation) => {
    const { options } = invocation;
    const [key = '', given] = invocation.args;
    const { start, end, reason } = options;
    const share = Number(given);
    return change(invocation, {
      key,
      becomes: (before) => becoming(before, overrideOf({ percentage: share, start, end }, before)),
      send: (service, version) =>
        service.post(`/flags/${segment(key)}/rollout`, { percentage: share, start, end, reason, version }),
    });
  },
});

export const changing = [create, update, remove, enable, disable, rollout];
