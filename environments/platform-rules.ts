import { type Rule, when } from './rule';

/** What must hold of what runs beside the service. */
export const platformRules: readonly Rule[] = [
  {
    reads: ['cluster.karpenter', 'platform.karpenter'],
    check: ({ cluster, platform }) =>
      (['pools', 'quiet'] as const).flatMap((property) =>
        when(
          cluster.karpenter !== true && platform?.karpenter?.[property] !== undefined,
          `platform.karpenter.${property}`,
          'must be left out unless cluster.karpenter is true',
        ),
      ),
  },
  {
    reads: ['name', 'platform.argoCd'],
    check: ({ name, platform }) =>
      when(
        platform?.argoCd?.singleSignOn?.secretName.startsWith(`holdfast/${name}/`) === false,
        'platform.argoCd.singleSignOn.secretName',
        `must begin with "holdfast/${name}/": external-secrets may read no other`,
      ),
  },
  {
    reads: ['tier', 'platform.karpenter'],
    check: ({ tier, platform }) =>
      when(
        tier === 'production' &&
          platform?.karpenter?.pools?.every((pool) => !pool.capacity.includes('on-demand')) === true,
        'platform.karpenter.pools',
        'must be a list with a pool that takes on-demand capacity when tier is "production"',
      ),
  },
];
