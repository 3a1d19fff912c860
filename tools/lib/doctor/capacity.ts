import type { AwsDeployment } from '../../../environments/load';
import { type Check, type Examined, type Finding, fail, pass, unknown, warn } from './finding';

/** Whether the region has what the environment asks for, where it asks for it. */
export const capacityCheck: Check = {
  title: 'Zones and instance types',
  async run(examined) {
    const { environment } = examined.deployment;
    const offered = await examined.account.zones();
    // The subnets of an existing VPC say where it lies, which its plan checks.
    const zones = environment.network.zones ?? offered;
    const missing = zones.filter((zone) => !offered.includes(zone));
    const zonesFinding =
      missing.length === 0
        ? pass('zones', zones.join(', '))
        : fail(
            'zones',
            `${missing.join(', ')}: not for this account`,
            `choose network.zones among ${offered.join(', ')}`,
          );
    return [zonesFinding, ...(await nodeTypes(examined, zones)), await databaseClass(examined, zones)];
  },
};

async function nodeTypes({ deployment, account }: Examined, zones: readonly string[]): Promise<Finding[]> {
  // EKS Auto Mode chooses types that a zone has.
  const { instanceTypes } = deployment.environment.cluster.nodes ?? { instanceTypes: [] };
  if (instanceTypes.length === 0) return [];
  const offers = await account.instanceTypes(instanceTypes);
  return instanceTypes.map((type) => {
    const without = zones.filter((zone) => !offers.get(zone)?.has(type));
    if (without.length === 0) return pass(type, 'in every zone');
    const remedy =
      'choose a type that every zone has for cluster.nodes.instanceTypes, or other network.zones';
    // Of several types one may be missing somewhere; the group starts another there.
    const everyZoneHasOne = zones.every((zone) => instanceTypes.some((t) => offers.get(zone)?.has(t)));
    const report = everyZoneHasOne ? warn : fail;
    return report(type, `not in ${without.join(', ')}`, remedy);
  });
}

async function databaseClass({ deployment, account }: Examined, zones: readonly string[]): Promise<Finding> {
  const { instanceClass, engineVersion, multiAz, readReplicas } = deployment.environment.database;
  const offered = await account.databaseZones(instanceClass, engineVersion);
  const having = zones.filter((zone) => offered.has(zone));
  const needed = multiAz || readReplicas > 0 ? 2 : 1;
  const subject = `${instanceClass} for PostgreSQL ${engineVersion}`;
  return having.length >= needed
    ? pass(subject, having.join(', '))
    : fail(
        subject,
        having.length === 0
          ? 'in none of the zones'
          : `in ${having.join(', ')} alone; ${needed} zones are needed`,
        'choose another database.instanceClass or database.engineVersion (aws rds describe-orderable-db-instance-options)',
      );
}

/** Quotas that a first deployment runs into, by AWS's codes (aws service-quotas list-service-quotas). */
const quotas = {
  vpcs: { service: 'vpc', code: 'L-F678F1CE' },
  elasticAddresses: { service: 'ec2', code: 'L-0263D0A3' },
  onDemandVcpus: { service: 'ec2', code: 'L-1216C47A' },
  spotVcpus: { service: 'ec2', code: 'L-34B43A08' },
} as const;
type QuotaName = keyof typeof quotas;

const called: Record<QuotaName, string> = {
  vpcs: 'VPCs in the region',
  elasticAddresses: 'elastic addresses, for NAT gateways',
  onDemandVcpus: 'vCPUs on demand, standard families',
  spotVcpus: 'vCPUs on spot, standard families',
};

/** What the environment adds to what is in use, once it is as large as it may become. */
async function demand({ deployment, account }: Examined): Promise<Record<QuotaName, number>> {
  const { network, cluster } = deployment.environment;
  const { zones = [], nat = 'none', existing } = network;
  // What stands by is asked about as it will be on the day on which it is needed: quotas take days to raise.
  const standsBy = deployment.environment.recovery?.role === 'standby';
  const gateways = standsBy ? zones.length : { 'per-zone': zones.length, single: 1, none: 0 }[nat];
  const { nodes } = cluster;
  const perNode = Math.max(
    0,
    ...(await Promise.all((nodes?.instanceTypes ?? []).map((t) => account.vcpus(t)))),
  );
  // What EKS Auto Mode starts has no bound that could be added up.
  const vcpus = perNode * (nodes?.max ?? 0);
  const spot = nodes?.capacity === 'spot';
  return {
    vpcs: existing ? 0 : 1,
    elasticAddresses: gateways,
    onDemandVcpus: spot ? 0 : vcpus,
    spotVcpus: spot ? vcpus : 0,
  };
}

/**
 * Quotas against what is in use and what the environment may need on top. An environment that stands already is counted
 * in what is in use, so only what exceeds the quota by itself is reported for it.
 */
export const quotasCheck: Check = {
  title: 'Quotas',
  async run(examined) {
    const { deployment, account } = examined;
    const [needed, used, stands] = await Promise.all([
      demand(examined),
      account.inUse(),
      account.hasVpc(vpcName(deployment)),
    ]);
    const names = (Object.keys(quotas) as QuotaName[]).filter((name) => needed[name] > 0);
    return Promise.all(
      names.map(async (name): Promise<Finding> => {
        const { service, code } = quotas[name];
        let limit: number;
        try {
          limit = await account.quota(quotas[name]);
        } catch (error) {
          return unknown(
            called[name],
            `AWS does not tell: ${(error as Error).message}`,
            `look at quota ${code} of ${service} in the console`,
          );
        }
        const total = stands ? Math.max(used[name], needed[name]) : used[name] + needed[name];
        const figures = `${used[name]} in use, ${needed[name]} for ${deployment.environment.name}, ${limit} allowed`;
        return total <= limit
          ? pass(called[name], figures)
          : fail(
              called[name],
              figures,
              `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${total} --region ${deployment.environment.region}`,
            );
      }),
    );
  },
};

const vpcName = ({ environment }: AwsDeployment): string => `holdfast-${environment.name}`;
