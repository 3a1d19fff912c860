import type { Kernel, Part } from '../kernel/kernel';
import { ingestion } from '../modules/events';

/** Accepts events. */
export const collector = (kernel: Kernel): readonly Part[] => [ingestion(kernel)];
