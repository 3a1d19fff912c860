import type { Kernel, Part } from '../kernel/kernel';
import { queries } from '../modules/events';

/** Answers queries. */
export const gateway = (kernel: Kernel): readonly Part[] => [queries(kernel)];
