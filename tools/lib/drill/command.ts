import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { type Runbook, readRunbook, runbookNames } from '../runbook/runbook';
import { asksForName, type Step } from '../runbook/steps';
import { paint } from '../terminal';
import type { Drill, StateDrill } from './drill';
import { drills } from './drills';
import { log, logFile, recordInRunbook } from './record';
import { type DrillResult, runDrill } from './run';
import { missingForState } from './state-place';
import { drillsTable, intoPage } from './table';

const page = 'docs/recovery.md';

export interface DrillOptions {
  /** Folder of the runbooks. */
  readonly folder: string;
  /** Runbooks to drill; `all` for every one that can be. */
  readonly names: readonly string[];
  /** Whether nobody is asked. */
  readonly yes: boolean;
  /** Whether the figures are written into runbooks and docs/recovery.md. */
  readonly record: boolean;
}

/**
 * Drills runbooks, one after another, on throw-away servers of this machine.
 *
 * @returns 0 when all went through, 1 when one didn't, 2 when the question was wrong
 */
export async function drillCommand({ folder, names, yes, record }: DrillOptions): Promise<number> {
  const wrong = names.filter((name) => name !== 'all' && !drills.some(({ runbook }) => runbook === name));
  if (names.length === 0 || wrong.length > 0) {
    for (const name of wrong)
      console.error(
        `${paint('red', 'error')} ${runbookNames(folder).includes(name) ? `nothing here drills "${name}"` : `there is no runbook "${name}"`}`,
      );
    console.error(`Can be drilled: ${drills.map(({ runbook }) => runbook).join(', ')}; or all.`);
    return 2;
  }
  const chosen = names.includes('all') ? possible() : drills.filter(({ runbook }) => names.includes(runbook));
  if (!yes && !(await confirmed(chosen, folder))) {
    console.error(`${paint('red', 'error')} not confirmed; nothing was broken`);
    return 2;
  }
  let failed = 0;
  for (const drill of chosen) {
    console.log(paint('bold', `\n${drill.runbook}`));
    const { runbook, problems } = readRunbook(folder, drill.runbook);
    if (!runbook) {
      for (const problem of problems) console.error(`${paint('red', 'error')} ${problem}`);
      failed += 1;
      continue;
    }
    try {
      const about = { drill: drill.runbook, environment: 'local' };
      const result = await runDrill(drill, runbook, console.log, {
        ran: (step) => log({ ...about, ...step }),
      });
      console.log(paint('green', summary(result)));
      log({ drill: drill.runbook, environment: 'local', ...result });
      if (record) keep(runbook, result);
    } catch (error) {
      failed += 1;
      const { message } = error as Error;
      console.error(
        `${paint('red', 'error')} ${process.env.HOLDFAST_DEBUG ? (error as Error).stack : message}`,
      );
      log({ drill: drill.runbook, environment: 'local', failed: message });
    }
  }
  if (record) writePage(folder);
  console.log(
    `\n${chosen.length - failed} drills went through, ${failed} failed. Who ran what: ${logFile()}`,
  );
  return failed > 0 ? 1 : 0;
}

/** All drills that this machine can hold; says which it can't, and why. */
function possible(): readonly (Drill | StateDrill)[] {
  const missing = missingForState();
  if (!missing) return drills;
  const left = drills.filter((drill) => 'stacks' in drill).map(({ runbook }) => runbook);
  console.warn(`${paint('yellow', 'warning')} left out: ${left.join(', ')}; they need ${missing}`);
  return drills.filter((drill) => !('stacks' in drill));
}

/** What people are asked about: what is broken, and which steps of which runbook are run. */
type Asked = Pick<Drill, 'runbook' | 'fault'> & { readonly steps: readonly { readonly name: string }[] };

/** Where a step is of medium or high risk the person types the target, elsewhere y. */
async function confirmed(chosen: readonly Asked[], folder: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error('Nobody can be asked here: add --yes.');
    return false;
  }
  const steps = chosen.map((drill) => stepsOf(drill, folder));
  for (const [index, { runbook, fault }] of chosen.entries()) {
    console.log(`${runbook}: ${fault}`);
    for (const { name, risk } of steps[index] ?? []) console.log(`  step ${name}, risk ${risk ?? 'unknown'}`);
  }
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  const typed = asksForName(steps.flat().map(({ risk }) => risk));
  const answer = await asked.question(
    `\nThis is done to servers of this machine that are started for it. ${typed ? 'Type "local" to begin: ' : 'Begin? [y/N] '}`,
  );
  asked.close();
  return typed ? answer.trim() === 'local' : /^\s*(y|yes)\s*$/i.test(answer);
}

/** Steps of the runbook that a drill runs. */
const stepsOf = ({ runbook: name, steps }: Asked, folder: string): Step[] =>
  readRunbook(folder, name).runbook?.steps.filter((step) => steps.some((run) => run.name === step.name)) ??
  [];

const summary = ({ detection, rto, interruption, lost, acknowledged }: DrillResult): string =>
  `seen after ${detection.toFixed(1)} s, well after ${rto.toFixed(1)} s` +
  (interruption === undefined
    ? ''
    : `, nothing accepted for ${interruption.toFixed(1)} s, ${lost} of ${acknowledged} acknowledged events lost`);

const keep = ({ file }: Runbook, result: DrillResult): void =>
  recordInRunbook(file, result, new Date().toISOString().slice(0, 10));

function writePage(folder: string): void {
  const runbooks = runbookNames(folder).flatMap((name) => readRunbook(folder, name).runbook ?? []);
  writeFileSync(page, intoPage(readFileSync(page, 'utf8'), drillsTable(runbooks, drills)));
}
