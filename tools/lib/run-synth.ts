import { ConfigurationError } from '../../constructs/core/errors';
import { load } from '../../environments';
import { summary } from './summary';
import { synthesise } from './synthesise';
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

/** Reads, checks and synthesises. Returns false, with everything that is wrong printed, instead of throwing. */
export function runSynth({ outdir = defaultOutdir, table = true, today }: RunSynthOptions = {}): boolean {
  progress('Reading environments/ …');
  const loaded = load(today);
  if (!loaded.ok) {
    progress('');
    printProblems(loaded.problems);
    return false;
  }
  try {
    const synthesis = synthesise(loaded, {
      outdir,
      onStack: (name, index, count) => progress(`Synthesising ${index + 1}/${count} ${name}`),
    });
    progress('');
    for (const warning of synthesis.warnings) console.warn(`${paint('yellow', 'warning')} ${warning}`);
    for (const note of synthesis.notes) console.log(`${paint('dim', 'note')} ${note}`);
    if (table) console.log(summary(synthesis, outdir));
    return true;
  } catch (error) {
    progress('');
    printProblems(error instanceof ConfigurationError ? error.problems : [unexpected(error)]);
    return false;
  }
}

/** A defect of Holdfast, not of the configuration. */
function unexpected(error: unknown): string {
  if (process.env.HOLDFAST_DEBUG) return (error as Error).stack ?? String(error);
  return `${(error as Error).message} (unexpected; HOLDFAST_DEBUG=1 shows where)`;
}
