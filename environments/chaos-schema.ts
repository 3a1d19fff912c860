import { z } from 'zod';
import { whole } from './values';

/** What an environment file has to say, word for word, before anything of production is broken on purpose. */
export const chaosConsent = 'prod may be broken on purpose';

/** Faults that AWS FIS injects when a person starts them (docs/chaos.md). Nothing is broken by deploying this. */
export const chaosSchema = z.strictObject({
  /**
   * Templates of experiments, their roles, and the tag `AzImpairmentPower` on all that they may break. Default: false.
   * Switching it replaces the nodes one after the other, whose tags change, and lets AWS's pod into the service's namespace.
   */
  enabled: z.boolean().default(false),
  /** Minutes for which a zone has no power, and nodes of the cache stay away. Default: 10. */
  minutes: whole(2, 60).default(10),
  /** Production's consent; asked for there, and needed nowhere else. */
  acknowledge: z.literal(chaosConsent, { error: `must be "${chaosConsent}"` }).optional(),
});
