import { chaosConsent } from './chaos-schema';
import { type Rule, when } from './rule';

/** Faults need somewhere to be kept, and production's word. */
export const chaosRules: readonly Rule[] = [
  {
    reads: ['tier', 'chaos'],
    check: ({ tier, chaos }) =>
      when(
        tier === 'production' && chaos?.enabled === true && chaos.acknowledge === undefined,
        'chaos.acknowledge',
        `must be "${chaosConsent}" when chaos.enabled is true and tier is "production"; else set chaos.enabled to false`,
      ),
  },
  {
    reads: ['chaos', 'backup'],
    check: ({ chaos, backup }) =>
      when(
        chaos?.enabled === true && backup?.enabled === false,
        'chaos.enabled',
        'must be false unless backup.enabled is true: experiments are part of the backup stack, and what breaks things is no substitute for what restores them',
      ),
  },
];
