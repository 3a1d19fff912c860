import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { Cli } from './cli';
import { isExposed, resolveAccess } from './client/access';
import { Client } from './client/client';
import { usageError } from './failure';
import { createView, type View } from './output/view';

/** What a command has to say. */
export interface Outcome {
  /** The one document of --json. */
  readonly json: unknown;
  readonly text: string | ((view: View) => string);
  /** Default 0. */
  readonly exitCode?: number;
}

/** A call of a command. */
export interface Invocation<O> {
  readonly cli: Cli;
  readonly options: O & CommonOptions;
  readonly args: readonly (string | undefined)[];
  readonly view: View;
  /** The service that was named, or found. @throws CliError when there is none */
  client(): Client;
}

export interface CommonOptions {
  readonly json?: true;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly timeout?: number;
  readonly local?: true;
  readonly yes?: true;
  readonly actor?: string;
}

export interface CommandSpec<O> {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** What the line cannot say. */
  readonly details?: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Arguments after `holdfast`, each with what it is for. At least one. */
  readonly examples: readonly (readonly [command: string, about: string])[];
  /** `service`: a running one; `either`: one, or this machine alone with --local; `nothing`. */
  readonly asks: 'service' | 'either' | 'nothing';
  /** Whether it changes something: asks first, unless --yes. */
  readonly changes?: boolean;
  /** Why it has no --json. Default: it has. */
  readonly withoutJson?: string;
  /** Nothing when it has written everything itself. */
  readonly run: (invocation: Invocation<O>) => Promise<Outcome | undefined>;
}

export interface Group {
  readonly name: string;
  readonly summary: string;
  /** Its commands; called when one of them is wanted, so that nobody waits for the others. */
  readonly load: () => Promise<readonly CommandSpec<never>[]>;
}

/** Lets specs with different options stand in one list. */
export const spec = <O = object>(command: CommandSpec<O>): CommandSpec<never> =>
  command as CommandSpec<never>;

export const argument = (usage: string, description: string, choices?: readonly string[]): Argument => {
  const made = new Argument(usage, description);
  return choices ? Object.assign(made, { suggested: choices }) : made;
};
/** An option with what completion suggests for its value. Only `choices` of commander refuses other values. */
export const option = (usage: string, description: string, suggested?: readonly string[]): Option => {
  const made = new Option(usage, description);
  return suggested ? Object.assign(made, { suggested }) : made;
};

export const whole =
  (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  (given: string): number => {
    const value = Number(given);
    if (/^\d+$/.test(given) && value >= minimum && value <= maximum) return value;
    const upTo =
      maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`It must be a whole number ${upTo}.`);
  };

/** Examples, at the end of a command's help and in docs/cli.md. */
export const examplesOf = new WeakMap<Command, CommandSpec<never>['examples']>();

export function showExamples(command: Command, examples: CommandSpec<never>['examples']): void {
  examplesOf.set(command, examples);
  const lines = examples.map(([text, about]) => `  # ${about}\n  $ holdfast ${text}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Makes commander's command of it. @param leave takes the exit code */
export function addCommand(
  parent: Command,
  definition: CommandSpec<never>,
  cli: Cli,
  leave: (exitCode: number) => void,
): void {
  const { name, summary, details, asks, changes, examples } = definition;
  const command = parent.command(name).summary(summary);
  command.description(details ? `${sentence(summary)}\n\n${details}` : sentence(summary));
  for (const each of definition.arguments ?? []) command.addArgument(each);
  for (const each of definition.options ?? []) command.addOption(each);
  command.addOption(
    new Option('--json', 'one JSON document instead of text').hideHelp(definition.withoutJson !== undefined),
  );
  if (changes) command.option('-y, --yes', 'do not ask before changing something');
  if (asks === 'either') command.option('--local', 'ask no service: look at this machine alone');
  if (asks !== 'nothing') addConnection(command, changes === true);
  showExamples(command, examples);
  command.action(async (...given: unknown[]) => {
    const options = command.opts() as CommonOptions;
    if (options.json && definition.withoutJson) {
      throw usageError(`"holdfast ${name}" has no --json: ${definition.withoutJson}.`, 'Leave it out.');
    }
    const view = createView(cli.colour, cli.columns);
    const args = given.slice(0, command.registeredArguments.length) as (string | undefined)[];
    const client = () => connect(options, cli);
    const outcome = await definition.run({ cli, options: options as never, args, view, client });
    if (outcome === undefined) return;
    const { json, text, exitCode = 0 } = outcome;
    if (options.json) cli.out(`${JSON.stringify(json, null, 2)}\n`);
    else cli.out(typeof text === 'string' ? text : text(view));
    leave(exitCode);
  });
}

function addConnection(command: Command, changes: boolean): void {
  command
    .option(
      '--url <address>',
      'management port of the service; default: HOLDFAST_MANAGEMENT_URL, else the local one',
    )
    .option(
      '--token-file <file>',
      'file with the management token; default: HOLDFAST_MANAGEMENT_TOKEN(_FILE)',
    )
    .option('--timeout <seconds>', 'how long to wait for an answer (default: 10)', whole(1, 3600));
  if (changes) command.option('--actor <name>', "who does it, for the audit; default: the user's name");
}

function connect({ url, tokenFile, timeout = 10, actor }: CommonOptions, cli: Cli): Client {
  const access = resolveAccess({ url, tokenFile }, cli.env);
  if (access.token !== undefined && isExposed(access.url)) {
    cli.err(`Warning: the token travels unencrypted to ${access.url}; prefer a port-forward.\n`);
  }
  return new Client({ ...access, timeoutSeconds: timeout, actor: actor ?? cli.user });
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
