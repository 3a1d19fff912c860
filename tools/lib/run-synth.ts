import { ConfigurationError } from '../../constructs/core/errors';
import { load } from '../../environments';
import { isAws, type LoadedEnvironments } from '../../environments/load';
import { expiredWaivers } from '../../gates/engine/expired';
import { waivers } from '../../gates/waivers';
import { summary } from './summary';
import { type Synthesis, synthesise } from './synthesise';
import { paint, printProblems, progress } from './terminal';

/** Folder that `npm run synth` writes to; the CDKTF CLI names its own, which by default is the same. */
export const defaultOutdir = 'cdktf.out';

export interface RunSynthOptions {
  readonly outdir?: string;
  /** Whether to print the table of stacks; the CDKTF CLI prints its own. Default: true. */
  readonly table?: boolean;
  /** Day that expiries are measured against, such as 2027-03-27. Default: the real one. */
  readonly today?: string;
}

/** What was read, and what came of it. */
export interface ReadAndSynthesised {
  readonly loaded: Extract<LoadedEnvironments, { readonly ok: true }>;
  readonly synthesis: Synthesis;
}

/** Reads, checks and synthesises. Returns undefined, with everything that is wrong printed, instead of throwing. */
export function readAndSynthesise(
  loaded: LoadedEnvironments,
  outdir = defaultOutdir,
): ReadAndSynthesised | undefined {
  if (!loaded.ok) {
    progress('');
    printProblems(loaded.problems);
    return undefined;
  }
  try {
    const synthesis = synthesise(loaded, {
      outdir,
      onStack: (name, index, count) => progress(`Synthesising ${index + 1}/${count} ${name}`),
    });
    progress('');
    const today = loaded.deployments.find(isAws)?.today;
    const overdue = today ? expiredWaivers(waivers, today) : [];
    for (const warning of [...synthesis.warnings, ...overdue])
      console.warn(`${paint('yellow', 'warning')} ${warning}`);
    return { loaded, synthesis };
  } catch (error) {
    progress('');
    printProblems(error instanceof ConfigurationError ? error.problems : [unexpected(error)]);
    return undefined;
  }
}

/** The same as a command of its own, with notes and a table. */
export function runSynth({
  outdir = defaultOutdir,
  table = true,
  today,
}: RunSynthOptions = {}): ReadAndSynthesised | undefined {
  progress('Reading environments/ …');
  const done = readAndSynthesise(load(today), outdir);
  if (!done) return undefined;
  for (const note of done.synthesis.notes) console.log(`${paint('dim', 'note')} ${note}`);
  if (table) console.log(summary(done.synthesis, outdir));
  return done;
}

/** A defect of Holdfast, not of the configuration. */
function unexpected(error: unknown): string {
  if (process.env.HOLDFAST_DEBUG) return (error as Error).stack ?? String(error);
  return `${(error as Error).message} (unexpected; HOLDFAST_DEBUG=1 shows where)`;
}
