import { causeOf } from '../../health/clock';
import { type Finding, fail, pass } from '../types';

/** Whether it answers, and how fast. */
export async function connection(
  opened: { check(): Promise<unknown> },
  address: string,
  runbook: string,
): Promise<Finding> {
  const started = performance.now();
  try {
    await opened.check();
  } catch (error) {
    return fail('connection', `${address}: ${causeOf(error)}`, `Follow ${runbook}.`);
  }
  return pass('connection', `${address} answers after ${Math.round(performance.now() - started)} ms`);
}
