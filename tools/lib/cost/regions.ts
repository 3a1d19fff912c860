/** Regions that prices are known for. An environment elsewhere is told so; its costs are never guessed. */
export const pricedRegions = ['us-east-1', 'eu-west-1', 'eu-central-1'] as const;
export type PricedRegion = (typeof pricedRegions)[number];

export const isPriced = (region: string): region is PricedRegion =>
  (pricedRegions as readonly string[]).includes(region);
