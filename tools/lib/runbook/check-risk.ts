import { changesRows, effectOf } from './effects';
import type { CommandLine } from './known';
import { commandsOf } from './shell';
import type { Step } from './steps';

/** A line of a step, counted from 0 within its script, and what is wrong there. */
interface Finding {
  readonly line: number;
  readonly text: string;
}

/**
 * Whether a step's risk can be true: one that changes something is none of `none`, and one that only reads is nothing else. How
 * great a change is, people decide.
 */
export function checkRisk(
  { script, risk }: Step,
  commandLine: CommandLine,
  functions: ReadonlySet<string>,
): Finding[] {
  const commands = commandsOf(script).map((command) => ({
    ...command,
    effect: effectOf(command, commandLine, functions),
  }));
  const changing = commands.find(({ effect }) => effect === 'changes');
  const typed = typedInPsql(script);
  if (risk === 'none') {
    if (changing) return [{ line: changing.line, text: hasNone(changing.words) }];
    return typed === undefined
      ? []
      : [{ line: typed, text: hasNone(['psql, with a statement that writes']) }];
  }
  if (risk === undefined) return [];
  const reads = commands.some(({ effect }) => effect === 'reads');
  const certain = commands.every(({ effect }) => effect === 'reads' || effect === 'here');
  return reads && certain && typed === undefined
    ? [{ line: 0, text: `has the risk ${risk}, though all that it runs only reads: say "risk":"none"` }]
    : [];
}

const hasNone = (words: readonly string[]): string =>
  `has the risk none, but runs ${words.slice(0, 6).join(' ')}, which changes something: say "risk":"low", "medium" or "high"`;

/** Statements that a person types into psql stand below it as comments. Where there are such: the line of the first that writes. */
function typedInPsql(script: string): number | undefined {
  if (!/\bpsql\b/.test(script)) return undefined;
  const found = script.split('\n').findIndex((line) => line.startsWith('#') && changesRows(line));
  return found < 0 ? undefined : found;
}
