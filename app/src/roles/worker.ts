import { backupTimes } from '../kernel/backups';
import type { Kernel, Part } from '../kernel/kernel';
import { aggregation } from '../modules/events';

/** Turns events into aggregates. */
export const worker = (kernel: Kernel): readonly Part[] => [aggregation(kernel), backupTimes(kernel)];
