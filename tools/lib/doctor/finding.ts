import type { AwsDeployment } from '../../../environments/load';
import type { Account } from './account';

/**
 * pass: as it must be. warn: a deployment may work without. fail: it will not. unknown: it could not be found out, which
 * a person has to judge.
 */
export type Verdict = 'pass' | 'warn' | 'fail' | 'unknown';

export interface Finding {
  readonly subject: string;
  readonly verdict: Verdict;
  /** What was found, in a few words. */
  readonly found: string;
  /** What to do about it; every verdict but `pass` has one. */
  readonly remedy?: string;
}

export interface Examined {
  readonly deployment: AwsDeployment;
  readonly account: Account;
}

/** One group of findings. A check that throws becomes one finding that says so (`examine.ts`). */
export interface Check {
  readonly title: string;
  run(examined: Examined): Promise<readonly Finding[]>;
}

export const pass = (subject: string, found: string): Finding => ({ subject, verdict: 'pass', found });
export const warn = (subject: string, found: string, remedy: string): Finding => ({
  subject,
  verdict: 'warn',
  found,
  remedy,
});
export const fail = (subject: string, found: string, remedy: string): Finding => ({
  subject,
  verdict: 'fail',
  found,
  remedy,
});
export const unknown = (subject: string, found: string, remedy: string): Finding => ({
  subject,
  verdict: 'unknown',
  found,
  remedy,
});
