import type { LocalEnvironmentInput } from './schema';

/** A laptop: embedded PostgreSQL and cache, the three roles in one process. */
export const local = {
  name: 'local',
  tier: 'local',
  service: {
    logLevel: 'info',
    // No load balancer has to notice: Ctrl-C should not take fifteen seconds.
    drainDelaySeconds: 1,
    // The embedded database peaks near 1.2 GB while it initialises an empty directory.
    all: { cpuMillis: 250, memoryMiB: 1_280 },
  },
} satisfies LocalEnvironmentInput;
