import type { Waiver } from './model';

/** Waivers whose last day is over, as sentences: they fail what deploys, and warn elsewhere (decision 16). */
export const expiredWaivers = (waivers: readonly Waiver[], today: string): string[] =>
  waivers
    .filter(({ until }) => until < today)
    .map(
      ({ gate, resources, until, owner }) =>
        `gates/waivers.ts: ${gate} is waived for ${resources.join(', ')} until ${until}, which is over: ${owner} mends it, or gives a new day`,
    );
