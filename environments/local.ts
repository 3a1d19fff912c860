import type { LocalEnvironmentInput } from './schema';

/** A laptop: embedded PostgreSQL and cache, the three roles in one process. */
export const local = {
  name: 'local',
  tier: 'local',
  service: {
    logLevel: 'info',
    // No load balancer has to notice: Ctrl-C should not take fifteen seconds.
    drainDelaySeconds: 1,
    all: { cpuMillis: 250, memoryMiB: 768 },
  },
} satisfies LocalEnvironmentInput;
