import {
  type _InstanceType,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypesCommand,
  DescribeVpcsCommand,
  EC2Client,
  type Instance,
  paginateDescribeInstances,
  paginateDescribeInstanceTypeOfferings,
} from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { paginateDescribeOrderableDBInstanceOptions, RDSClient } from '@aws-sdk/client-rds';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsDeployment } from '../../../environments/load';
import type { Account, Permission } from './account';

/** Families that share the "Standard" vCPU quotas; the others have quotas of their own. */
const standardFamily = /^[acdhimrtz]\d/;

/** The account by AWS's own SDK, with the credentials that it finds: environment, profile, single sign-on. */
export function openAccount({ environment, account }: AwsDeployment): Account {
  const { region } = environment;
  const ec2 = new EC2Client({ region });
  const iam = new IAMClient({ region });
  // A simulated account has one host name for all buckets.
  const s3 = new S3Client({ region: account.region, forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL) });
  const sts = new STSClient({ region });
  const vcpusOf = async (type: string) => {
    const question = new DescribeInstanceTypesCommand({ InstanceTypes: [type as _InstanceType] });
    return (await ec2.send(question)).InstanceTypes?.[0]?.VCpuInfo?.DefaultVCpus ?? 0;
  };
  return {
    async caller() {
      const { Account: accountId = '', Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
      return { accountId, arn };
    },
    async canAssume(RoleArn) {
      // AWS has no question "may I", only the attempt; the credentials it gives are thrown away and end by themselves.
      const attempt = new AssumeRoleCommand({
        RoleArn,
        RoleSessionName: 'holdfast-doctor',
        DurationSeconds: 900,
      });
      return sts.send(attempt).then(
        () => true,
        (error: Error) => denied(error),
      );
    },
    async lacking(callerArn, permissions) {
      const principal = principalOf(callerArn);
      const answers = await Promise.all(
        permissions.map((permission) => simulate(iam, principal, permission)),
      );
      return permissions.filter((_, index) => !answers[index]);
    },
    roleExists: (name) =>
      iam.send(new GetRoleCommand({ RoleName: name })).then(
        () => true,
        (error: Error) => (error.name === 'NoSuchEntityException' ? false : Promise.reject(error)),
      ),
    bucketExists: (name) =>
      s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: account.id })).then(
        () => true,
        (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
          [403, 404].includes(error.$metadata?.httpStatusCode ?? 0) ? false : Promise.reject(error),
      ),
    async zones() {
      const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
      return AvailabilityZones.filter((zone) => zone.ZoneType !== 'local-zone').map(
        (zone) => zone.ZoneName ?? '',
      );
    },
    async instanceTypes(types) {
      const offers = new Map<string, Set<string>>();
      const pages = paginateDescribeInstanceTypeOfferings(
        { client: ec2 },
        { LocationType: 'availability-zone', Filters: [{ Name: 'instance-type', Values: [...types] }] },
      );
      for await (const page of pages) {
        for (const { Location = '', InstanceType = '' } of page.InstanceTypeOfferings ?? []) {
          offers.set(Location, (offers.get(Location) ?? new Set()).add(InstanceType));
        }
      }
      return offers;
    },
    async databaseZones(DBInstanceClass, EngineVersion) {
      const zones = new Set<string>();
      const pages = paginateDescribeOrderableDBInstanceOptions(
        { client: new RDSClient({ region }) },
        { Engine: 'postgres', EngineVersion, DBInstanceClass },
      );
      for await (const page of pages) {
        for (const option of page.OrderableDBInstanceOptions ?? []) {
          for (const { Name = '' } of option.AvailabilityZones ?? []) zones.add(Name);
        }
      }
      return zones;
    },
    vcpus: vcpusOf,
    async quota({ service, code }) {
      const client = new ServiceQuotasClient({ region });
      const { Quota } = await client.send(
        new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }),
      );
      if (Quota?.Value === undefined) throw new Error(`quota ${code} of ${service} has no value`);
      return Quota.Value;
    },
    async inUse() {
      const [{ Vpcs = [] }, { Addresses = [] }, instances] = await Promise.all([
        ec2.send(new DescribeVpcsCommand({})),
        ec2.send(new DescribeAddressesCommand({})),
        runningInstances(ec2),
      ]);
      const standard = instances.filter((instance) => standardFamily.test(instance.InstanceType ?? ''));
      const types = [...new Set(standard.map((instance) => instance.InstanceType ?? ''))];
      const size = new Map(
        await Promise.all(types.map(async (type) => [type, await vcpusOf(type)] as const)),
      );
      const vcpus = (spot: boolean) =>
        standard
          .filter((instance) => (instance.InstanceLifecycle === 'spot') === spot)
          .reduce((sum, instance) => sum + (size.get(instance.InstanceType ?? '') ?? 0), 0);
      return {
        vpcs: Vpcs.length,
        elasticAddresses: Addresses.length,
        onDemandVcpus: vcpus(false),
        spotVcpus: vcpus(true),
      };
    },
    async hasVpc(name) {
      const filter = { Filters: [{ Name: 'tag:Name', Values: [name] }] };
      const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand(filter));
      return Vpcs.length > 0;
    },
  };
}

async function runningInstances(client: EC2Client): Promise<Instance[]> {
  const found: Instance[] = [];
  const running = { Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }] };
  for await (const page of paginateDescribeInstances({ client }, running)) {
    found.push(...(page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []));
  }
  return found;
}

/** A session's ARN names the role only by its last part; IAM wants the role's own. */
export function principalOf(callerArn: string): string {
  const session = callerArn.match(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//);
  return session ? `arn:aws:iam::${session[1]}:role/${session[2]}` : callerArn;
}

async function simulate(
  client: IAMClient,
  principal: string,
  { action, resource }: Permission,
): Promise<boolean> {
  const { EvaluationResults = [] } = await client.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principal,
      ActionNames: [action],
      ResourceArns: [resource],
    }),
  );
  return EvaluationResults.every((result) => result.EvalDecision === 'allowed');
}

const denied = (error: Error): false | Promise<never> =>
  error.name === 'AccessDenied' || error.name === 'AccessDeniedException' ? false : Promise.reject(error);
