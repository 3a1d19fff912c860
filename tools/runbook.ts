/**
 * `npm run runbook -- list | show NAME | check [--strict] | drill NAME…`: what to do in which situation, whether that still
 * holds, and how long it takes. Exits 1 when something is wrong, 2 when the question is.
 */
import { parseArgs } from 'node:util';
import { load } from '../environments';
import { drillCommand } from './lib/drill/command';
import { checkRunbooks } from './lib/runbook/check';
import { collectKnown } from './lib/runbook/known';
import { renderList, renderRunbook } from './lib/runbook/render';
import { type Runbook, readRunbook, runbookNames } from './lib/runbook/runbook';
import { exitWith, paint, printProblems, progress } from './lib/terminal';

const folder = 'runbooks';
const usage = `Use: npm run runbook -- COMMAND

  list              all runbooks: how bad, where they can be drilled, when they were
  show NAME         one, with its steps
  drill NAME… [--yes] [--record]
                    breaks what they are about on servers of this machine, follows them, and measures; --record writes
                    the figures into the runbooks and docs/recovery.md; all drills every one that can be
  check [--strict]  holds all of them against alerts, stacks, metrics and the command line; with --strict, a drill that is too
                    old or was never held is an error`;

async function runbook(args: readonly string[]): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === 'string') return refuse(parsed);
  const { command, names, strict, yes, record } = parsed;
  const [name, ...others] = names;
  if (command === 'drill') return drillCommand({ folder, names, yes, record });
  if (others.length > 0) return refuse(`too many arguments: ${others.join(' ')}`);
  if (command === 'list') return list();
  if (command === 'show') return show(name);
  if (command === 'check') return check(strict);
  return refuse(command ? `there is no command "${command}"` : 'which command?');
}

function list(): number {
  const read = runbookNames(folder).map((name) => readRunbook(folder, name));
  console.log(renderList(read.flatMap(({ runbook: found }): Runbook[] => (found ? [found] : []))));
  return 0;
}

function show(name: string | undefined): number {
  const names = runbookNames(folder);
  if (name === undefined || !names.includes(name)) {
    const close = names.filter((each) => name && (each.includes(name) || name.includes(each)));
    return refuse(
      name
        ? `there is no runbook "${name}"${close.length > 0 ? `; did you mean ${close.join(' or ')}?` : ': npm run runbook -- list shows all'}`
        : 'which runbook?',
    );
  }
  const { runbook: found, problems } = readRunbook(folder, name);
  if (!found) {
    printProblems(problems);
    return 1;
  }
  console.log(renderRunbook(found));
  return 0;
}

async function check(strict: boolean): Promise<number> {
  progress('Reading environments/ …');
  const loaded = load();
  if (!loaded.ok) {
    progress('');
    printProblems(loaded.problems);
    return 1;
  }
  progress('Synthesising what runbooks may name …');
  const known = await collectKnown(loaded);
  progress('');
  const read = runbookNames(folder).map((name) => readRunbook(folder, name));
  const { problems, warnings, awsOnly } = checkRunbooks(read, known, new Date().toISOString().slice(0, 10));
  for (const warning of warnings)
    console.warn(`${paint(strict ? 'red' : 'yellow', strict ? 'error' : 'warning')} ${warning}`);
  for (const problem of problems) console.error(`${paint('red', 'error')} ${problem}`);
  const steps = read.reduce((sum, { runbook: found }) => sum + (found?.steps.length ?? 0), 0);
  console.log(
    `${read.length} runbooks with ${steps} steps, ${new Set(known.leads.map(({ what }) => what)).size} alerts and alarms that lead to them; ` +
      `${awsOnly.length} can be drilled on AWS only: ${awsOnly.join(', ')}.\n` +
      `${problems.length} problems, ${warnings.length} drills due.`,
  );
  return problems.length > 0 || (strict && warnings.length > 0) ? 1 : 0;
}

function refuse(reason: string): number {
  console.error(`${paint('red', 'error')} ${reason}\n\n${usage}`);
  return 2;
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        strict: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [command, ...names] = positionals;
    return { command, names, ...values };
  } catch (error) {
    return (error as Error).message;
  }
}

exitWith(runbook(process.argv.slice(2)));
