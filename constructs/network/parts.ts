export type SubnetKind = 'public' | 'private' | 'database';

/** A subnet that is made here, or looked up. */
export interface SubnetPart {
  readonly id: string;
  readonly cidrBlock: string;
}

/** What the rest of an environment needs of its VPC, whoever made it. */
export interface NetworkParts {
  readonly vpcId: string;
  /** Range that the database subnets lie in. */
  readonly cidr: string;
  /** Further ranges of the VPC. */
  readonly otherCidrs: readonly string[];
  /** Load balancers: one per zone. */
  readonly publicSubnets: readonly SubnetPart[];
  /** Nodes and pods: one per zone. */
  readonly privateSubnets: readonly SubnetPart[];
  /** Databases and caches: one per zone. */
  readonly databaseSubnets: readonly SubnetPart[];
  /** Address ranges of the private subnets, in the order of the zones. */
  readonly privateRanges: readonly string[];
  /** The same of the database subnets. */
  readonly databaseRanges: readonly string[];
  /** Tables that gateway endpoints are put into. */
  readonly privateRouteTableIds: readonly string[];
}

/** They tell the load balancer controller where public and internal load balancers go. */
export const loadBalancerTags = {
  public: { 'kubernetes.io/role/elb': '1' },
  private: { 'kubernetes.io/role/internal-elb': '1' },
} as const;
