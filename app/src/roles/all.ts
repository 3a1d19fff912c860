import type { Kernel, Part } from '../kernel/kernel';
import { collector } from './collector';
import { gateway } from './gateway';
import { worker } from './worker';

/** Everything in one process, because an embedded database bears no second one. */
export const all = (kernel: Kernel): readonly Part[] => [
  ...worker(kernel),
  ...collector(kernel),
  ...gateway(kernel),
];
