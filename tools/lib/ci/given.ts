import { environments, load } from '../../../environments';
import { readAndSynthesise } from '../run-synth';

export const optionNames = ['file', 'label', 'pull', 'base', 'digest', 'to', 'from', 'plan', 'only'] as const;
type OptionName = (typeof optionNames)[number];

/** What a command is given: what stands behind its name, and its options. */
export interface Given {
  readonly words: readonly string[];
  readonly options: Readonly<Partial<Record<OptionName, string>>>;
}

/** Of the job that runs; undefined outside of GitHub. */
export const runUrl = (env = process.env): string | undefined =>
  env.GITHUB_RUN_ID && `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;

export function synthesised() {
  const done = readAndSynthesise(load());
  if (!done) throw new Error('the environments are not in order');
  return done;
}

export function needed(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new Error(`${what} is missing`);
  return value;
}

/** One of environments/index.ts that has an image. */
export function environmentOf(name: string | undefined): string {
  const known = Object.keys(environments).filter((each) => each !== 'local');
  if (!name || !known.includes(name))
    throw new Error(`${name ?? 'nothing'} must be one of ${known.join(', ')}`);
  return name;
}
