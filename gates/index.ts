/**
 * The gates as a library: give it stacks, get verdicts. It reads no file, asks no clock and knows nothing of how stacks are
 * made, so that the service can ask it as well (gates/README.md).
 */
import { gatesOf } from './engine/gates';
import { evaluators } from './evaluators';
import { frameworks } from './frameworks';

export { evaluate, idleWaivers } from './engine/evaluate';
export { expiredWaivers } from './engine/expired';
export type { Gate, Tier, Verdict, Waiver } from './engine/model';
export type { StackInput } from './engine/read';
export { evaluators, frameworks };

export const gates = gatesOf(frameworks, evaluators);
