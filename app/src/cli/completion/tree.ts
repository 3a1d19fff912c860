import type { Argument, Command, Option } from 'commander';

/** What can stand at one place of the command line. */
export interface Place {
  /** The commands before it; empty at the beginning. */
  readonly path: readonly string[];
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
  /** Suggestions for arguments; nothing where a file (or something unknown) is meant. */
  readonly values: readonly string[];
}
export interface Word {
  readonly name: string;
  readonly about: string;
}
export interface OptionWord extends Word {
  /** One letter, with its dash. */
  readonly short?: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

/** Every place of the command tree, the beginning first. */
export function placesOf(command: Command, path: readonly string[] = []): Place[] {
  const options = [...command.options.map(optionWord), { ...help, takesValue: false, values: [] }];
  const place: Place = {
    path,
    commands: command.commands.map((each) => ({
      name: each.name(),
      about: each.summary() || each.description(),
    })),
    options,
    values: command.registeredArguments.flatMap(suggestionsOf),
  };
  return [place, ...command.commands.flatMap((each) => placesOf(each, [...path, each.name()]))];
}

const help = { name: '--help', short: '-h', about: 'how it is used' };

const optionWord = (option: Option): OptionWord => ({
  name: option.long as string,
  ...(option.short ? { short: option.short } : {}),
  about: option.description,
  takesValue: option.required || option.optional,
  values: suggestionsOf(option),
});

const suggestionsOf = (of: Argument | Option): readonly string[] =>
  of.argChoices ?? (of as { suggested?: readonly string[] }).suggested ?? [];
