/** A permission question: may the caller do this action to this resource? */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** How much of something an account may have in a region, and has. */
export interface Quota {
  readonly service: string;
  readonly code: string;
}

/**
 * What the doctor asks AWS. Narrow on purpose: everything here reads, and a test can answer in place of an account. A
 * method rejects when AWS refuses to tell; the message says why.
 */
export interface Account {
  /** Whose credentials these are. */
  caller(): Promise<{ readonly accountId: string; readonly arn: string }>;
  /** Whether the caller may become the role that deploys. */
  canAssume(roleArn: string): Promise<boolean>;
  /** Of the permissions, those that the caller lacks by its policies; boundaries and SCPs may take more. */
  lacking(callerArn: string, permissions: readonly Permission[]): Promise<readonly Permission[]>;
  roleExists(name: string): Promise<boolean>;
  bucketExists(name: string): Promise<boolean>;
  /** Zones of the region that the account may use. */
  zones(): Promise<readonly string[]>;
  /** For each zone the instance types among `types` that it offers. */
  instanceTypes(types: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** Zones in which RDS offers the class for that version of PostgreSQL. */
  databaseZones(instanceClass: string, engineVersion: string): Promise<ReadonlySet<string>>;
  /** vCPUs of an instance type. */
  vcpus(type: string): Promise<number>;
  quota(quota: Quota): Promise<number>;
  /** How many VPCs, elastic addresses and running vCPUs (standard families, by kind) there are in the region. */
  inUse(): Promise<{
    readonly vpcs: number;
    readonly elasticAddresses: number;
    readonly onDemandVcpus: number;
    readonly spotVcpus: number;
  }>;
  /** Whether the VPC of the environment is there already: what it needs is then in use, not to come. */
  hasVpc(name: string): Promise<boolean>;
}
