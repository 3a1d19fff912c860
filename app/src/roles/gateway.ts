import { remoteFlags } from '../kernel/flags';
import type { Kernel, Part } from '../kernel/kernel';
import { queries } from '../modules/events';

/** Answers queries, and evaluates flags for clients. */
export const gateway = (kernel: Kernel): readonly Part[] => [queries(kernel), remoteFlags(kernel)];
