import { flags } from '../../../app/src/contract';
import type { CommandLine } from './known';

/** Commands whose first argument is a flag. */
const onFlags = /^holdfast flags (show|explain|history|create|update|delete|enable|disable|rollout)$/;

/** What is wrong with a call of our own command line, against its real tree. */
export function checkHoldfast(args: readonly string[], program: CommandLine): string[] {
  let command = program;
  let rest = [...args];
  while (rest[0] !== undefined && command.commands.length > 0) {
    const next = command.commands.find((each) => each.name() === rest[0]);
    if (!next) break;
    command = next;
    rest = rest.slice(1);
  }
  const called = `holdfast ${args.slice(0, args.length - rest.length).join(' ')}`.trim();
  if (command.commands.length > 0 && rest[0]?.startsWith('-') !== true)
    return [`runs "${called}${rest[0] ? ` ${rest[0]}` : ''}", which is no command`];
  const known = [...command.options, ...program.options];
  const problems: string[] = [];
  const operands: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] as string;
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const [flag, value] = word.split('=', 2);
    const option = known.find((each) => each.long === flag || each.short === flag);
    if (!option && flag !== '--help')
      problems.push(`gives "${called}" the option ${flag}, which it doesn't have`);
    else if (option && (option.required || option.optional) && value === undefined) at += 1;
  }
  const needed = command.registeredArguments.filter(({ required }) => required).length;
  const most = command.registeredArguments.some(({ variadic }) => variadic)
    ? Number.POSITIVE_INFINITY
    : command.registeredArguments.length;
  if (operands.length < needed || operands.length > most)
    problems.push(
      `gives "${called}" ${operands.length} arguments; it takes ${needed === most ? needed : `${needed} to ${most}`}`,
    );
  const [key] = operands;
  if (onFlags.test(called) && key && !key.includes('$') && !Object.hasOwn(flags, key))
    problems.push(`names the flag "${key}", which the contract doesn't have`);
  return problems;
}
