import { setTimeout as sleep } from 'node:timers/promises';
import type { Runbook, Step } from '../runbook/runbook';
import type { Drill, DrilledStep, DrillOf as DrillIn, Place, StateDrill, StatePlace } from './drill';
import { withPlace } from './place';
import { withStatePlace } from './state-place';
import { runStep, type StepResult } from './steps';

/** Seconds of writing before anything is broken, and after all is well. */
const calm = 2;
const usualPatience = 90;
/** Seconds for which a step is run again because it doesn't show what it should. */
const stepPatience = 30;

/** What a drill measured. */
export interface DrillResult {
  readonly runbook: string;
  /** Seconds from the fault until the service showed it. */
  readonly detection: number;
  /** Recovery time: seconds from the fault until all was well. */
  readonly rto: number;
  /** Seconds for which nothing was accepted; undefined where there is no traffic. */
  readonly interruption?: number;
  /** Events that were acknowledged in all. */
  readonly acknowledged?: number;
  /** Of those, how many did not come back: what the recovery point says, counted. */
  readonly lost?: number;
}

export interface DrillOptions {
  /** Seconds after which a fault that nobody sees, or that nobody gets rid of, fails the drill. Default: 90. */
  readonly patience?: number | undefined;
  /** Told of each step that was run, with its exit code. */
  readonly ran?: (step: { readonly step: string; readonly code: number; readonly seconds: number }) => void;
}

/** What went wrong in a drill, for people. */
export class DrillFailure extends Error {}

/**
 * Breaks something, follows the runbook, and measures.
 *
 * @param tell called with each thing that happens
 * @throws DrillFailure where the fault isn't seen, a step doesn't show what it should, or all isn't well in the end
 */
export async function runDrill(
  drill: Drill | StateDrill,
  runbook: Runbook,
  tell: (line: string) => void,
  options: DrillOptions = {},
): Promise<DrillResult> {
  if ('stacks' in drill) {
    stepsOf(drill, runbook);
    return withStatePlace(drill, async (place) => ({
      runbook: runbook.name,
      ...(await breakAndRecover<StatePlace>(drill, runbook, place, tell, options)),
    }));
  }
  stepsOf(drill, runbook);
  return withPlace(drill, async (place) => {
    await until(() => place.writer.last > 0, 'the service accepts nothing before anything is broken');
    const times = await breakAndRecover<Place>(drill, runbook, place, tell, options);
    await sleep(calm * 1000);
    const { acknowledged, interruption } = await place.writer.stop();
    const back = await cameBack(place, acknowledged.length);
    const lost = acknowledged.filter((number) => !back.has(number)).length;
    return { runbook: runbook.name, ...times, interruption, acknowledged: acknowledged.length, lost };
  });
}

/** The drill itself, on what was set up for it. */
async function breakAndRecover<Where extends Place | StatePlace>(
  drill: DrillIn<Where>,
  runbook: Runbook,
  place: Where,
  tell: (line: string) => void,
  { patience, ran }: DrillOptions,
): Promise<Pick<DrillResult, 'detection' | 'rto'>> {
  await drill.prepare?.(place);
  await sleep(calm * 1000);
  tell(`fault: ${drill.fault}`);
  const broken = performance.now();
  const since = () => (performance.now() - broken) / 1000;
  await drill.inject(place);
  await until(() => drill.detected(place), 'the service does not show the fault', patience);
  const detection = since();
  tell(`seen after ${detection.toFixed(1)} s`);
  let around: Promise<void> | undefined;
  for (const step of stepsOf(drill, runbook)) {
    const { code, output, seconds } = await runUntilShown(step, place);
    ran?.({ step: step.name, code, seconds });
    tell(`step ${step.name}: ${code === 0 ? 'done' : `exit code ${code}`} in ${seconds.toFixed(1)} s`);
    for (const line of output.split('\n').slice(-4)) tell(`    ${line.slice(0, 160)}`);
    if (step.expect && !step.expect.test(output))
      throw new DrillFailure(
        `step ${step.name} of ${runbook.file} does not show ${step.expect}: ${output || 'nothing'}`,
      );
    around ??= drill.meanwhile?.(place) ?? Promise.resolve();
  }
  await (around ?? drill.meanwhile?.(place));
  await until(() => drill.recovered(place), 'all is not well after the steps', patience);
  const rto = since();
  tell(`well after ${rto.toFixed(1)} s`);
  return { detection, rto };
}

/** What a step looks for may take a moment to show: it is run again, as a person would, until it does or patience ends. */
async function runUntilShown<Where extends Place | StatePlace>(
  { script, expect, instead }: Step & DrilledStep<Where>,
  place: Where,
): Promise<StepResult> {
  const began = performance.now();
  for (;;) {
    const result = instead
      ? { code: 0, output: await instead(place, script) }
      : await runStep(script, place.stepEnv, 'aws' in place ? place.directory : undefined);
    const seconds = (performance.now() - began) / 1000;
    if (expect === undefined || expect.test(result.output) || seconds > stepPatience)
      return { ...result, seconds };
    await sleep(1000);
  }
}

function stepsOf<Where>(
  { steps }: Pick<DrillIn<Where>, 'steps'>,
  runbook: Runbook,
): (Step & DrilledStep<Where>)[] {
  return steps.map((step) => ({ ...step, ...stepOf(runbook, step.name) }));
}

function stepOf(runbook: Runbook, name: string): Step {
  const found = runbook.steps.find((step) => step.name === name);
  if (!found) throw new DrillFailure(`${runbook.file} has no step "${name}", which its drill runs`);
  return found;
}

async function until(
  satisfied: () => boolean | Promise<boolean>,
  otherwise: string,
  patience = usualPatience,
): Promise<void> {
  const deadline = performance.now() + patience * 1000;
  while (!(await satisfied())) {
    if (performance.now() > deadline) throw new DrillFailure(`${otherwise}, for ${patience} s`);
    await sleep(100);
  }
}

/** Numbers of the events that the database has counted, once it counts no more. */
async function cameBack({ postgres }: Place, expected: number): Promise<Set<number>> {
  const counted = () =>
    postgres
      .sql("select distinct substr(name, 7) from event_aggregates where name like 'drill-%'")
      .split('\n')
      .filter(Boolean)
      .map(Number);
  const waiting = () => Number(postgres.sql('select count(*) from event_batches'));
  const deadline = performance.now() + usualPatience * 1000;
  while (counted().length < expected && waiting() > 0 && performance.now() < deadline) await sleep(200);
  return new Set(counted());
}
