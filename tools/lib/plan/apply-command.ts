import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../../constructs/core/errors';
import type { SynthesisedStack } from '../synthesise';
import { paint } from '../terminal';
import { acknowledgementProblems, planProblems, stateProblems } from './apply-check';
import { applyStacks } from './apply-stacks';
import { lossesOf, type Plan, type StackPlan } from './model';
import { openSession, planAndReport, type Session, type SessionOptions } from './session';
import { latestPlan, readApplied, readPlan } from './store';
import { headline } from './words';

const usage =
  "Use: npm run apply -- ENV|STACK… [--plan FOLDER] [--acknowledge 'STACK/ADDRESS']… [--through] [--destroy] [--yes]";

interface ApplyOptions {
  readonly acknowledge: readonly string[];
  readonly yes: boolean;
  readonly through: boolean;
  readonly destroy: boolean;
}

/** What `npm run apply` does. Returns 0 when all is applied, 2 when something is left to plan, 1 on errors. */
export async function applyCommand(args: readonly string[], options: SessionOptions = {}): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      plan: { type: 'string' },
      acknowledge: { type: 'string', multiple: true, default: [] },
      yes: { type: 'boolean', default: false },
      through: { type: 'boolean', default: false },
      destroy: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new Error(`which environment or stacks? ${usage}`);
  const session = openSession(positionals, values.destroy, options);
  if (!session) return 1;
  const names = session.stacks.map(({ name }) => name);
  const folder = values.plan ?? latestPlan(names, { root: session.plansFolder, destroy: values.destroy });
  const command = `npm run plan -- ${positionals.join(' ')}${values.destroy ? ' --destroy' : ''}`;
  if (!folder) throw new Error(`there is no saved plan of ${positionals.join(' ')}: ${command}`);
  const plan = readPlan(folder);
  const missing = names.filter((name) => !plan.stacks.some((stack) => stack.name === name));
  if (missing.length > 0) throw new Error(`${folder} holds no plan of ${missing.join(', ')}: ${command}`);
  if (plan.destroy !== values.destroy) {
    throw new Error(
      plan.destroy
        ? `${folder} is a plan to destroy: say so by --destroy`
        : `${folder} is no plan to destroy: make one by ${command}`,
    );
  }
  session.terraform.endInOrder();
  console.log(paint('dim', `plan ${folder}`));
  const left = await applyRound(plan, folder, session, values);
  if (left.length === 0) return 0;
  if (values.through) return through(left, plan.asked, session, values);
  console.log(`Left: ${left.join(', ')}. ${next(positionals)}`);
  return 2;
}

const next = (asked: readonly string[]): string =>
  `Plan again and go on: npm run apply -- ${asked.join(' ')} --through, or npm run plan -- ${asked.join(' ')} to look first`;

/** Applies one saved plan. Returns the stacks that have to be planned again; throws where something stopped it. */
async function applyRound(
  plan: Plan,
  folder: string,
  session: Session,
  options: ApplyOptions,
): Promise<string[]> {
  const applied = readApplied(folder);
  const chosen = plan.stacks.filter(({ name }) => session.stacks.some((stack) => stack.name === name));
  const open = chosen.filter(({ name }) => applied[name] !== 'applied');
  refuse(planProblems(plan, open, folder, session, applied));
  const usedUp = open.filter(({ name }) => applied[name] === 'failed');
  if (usedUp.length > 0 && !options.through) {
    const names = usedUp.map(({ name }) => name).join(', ');
    throw new Error(`${names} failed half-way, so that its saved plan is used up. ${next(plan.asked)}`);
  }
  const now = open.filter((stack) => isApplicable(stack, chosen) && !applied[stack.name]);
  const waiting = now.filter(({ dependencies }) => dependencies.some((one) => applied[one] === 'failed'));
  const ready = now.filter((stack) => !waiting.includes(stack));
  if (ready.length > 0) {
    const losses = lossesOf(plan.stacks).map(({ resource }) => resource);
    // On the way through, what is acknowledged may be lost by a plan that is yet to be made.
    const given = options.acknowledge.filter(
      (one) => !options.through || losses.some((loss) => loss === one || loss.startsWith(`${one}/`)),
    );
    refuse(acknowledgementProblems(plan, ready, given));
    refuse(await stateProblems(plan, ready, session));
    await confirm(plan, ready, options);
    if (!(await applyStacks(plan, ready, folder, session, applied))) {
      throw new Error(`What was applied stays. When the cause is mended: ${next(plan.asked)}`);
    }
  }
  const done = [...ready, ...chosen.filter(({ name }) => applied[name] === 'applied')];
  return chosen
    .filter((stack) => !done.includes(stack) && (stack.status !== 'unchanged' || isOutdated(stack, done)))
    .map(({ name }) => name);
}

/** Whether the saved plan says what will happen: nothing that it reads changes before it is its turn. */
const isApplicable = (stack: StackPlan, chosen: readonly StackPlan[]): boolean =>
  stack.status === 'changes' && !isOutdated(stack, chosen);

const isOutdated = ({ provisional }: StackPlan, applied: readonly StackPlan[]): boolean =>
  provisional.some((name) => applied.some((other) => other.name === name && other.status === 'changes'));

/** Plans what is left, applies what can be, and goes on until nothing is left or nothing moves any more. */
async function through(
  left: readonly string[],
  asked: readonly string[],
  session: Session,
  options: ApplyOptions,
): Promise<number> {
  let names = left;
  for (;;) {
    const stacks = session.stacks.filter(({ name }) => names.includes(name));
    const { plan, folder } = await planAndReport(session, stacks, asked, options.destroy);
    const narrowed: Session = { ...session, stacks };
    const rest = await applyRound(plan, folder, narrowed, options);
    if (rest.length === 0) return 0;
    if (rest.length === names.length) {
      console.log(`Left: ${rest.join(', ')}: ${reasons(plan, stacks)}`);
      return 2;
    }
    names = rest;
  }
}

const reasons = (plan: Plan, stacks: readonly SynthesisedStack[]): string =>
  plan.stacks
    .filter(({ name }) => stacks.some((stack) => stack.name === name))
    .map((stack) => `${stack.name} ${headline(stack)}`)
    .join('; ');

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** On a terminal a person types what they mean; elsewhere --yes has to be there. */
async function confirm(plan: Plan, stacks: readonly StackPlan[], { yes }: ApplyOptions): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new Error('nobody can be asked here: add --yes to apply what was planned');
  const word = plan.asked.join(' ');
  for (const stack of stacks) console.log(`  ${stack.name}: ${headline(stack)}`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C and Ctrl-D close the question, which is an answer, too.
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  const question = `Type ${paint('bold', word)} to ${plan.destroy ? 'destroy' : 'apply'}: `;
  const answer = await terminal.question(question, { signal: closed.signal }).catch(() => '');
  terminal.close();
  if (answer.trim() !== word) throw new Error('not confirmed: nothing was applied');
}
