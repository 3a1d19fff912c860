import { resourcesOf, type StackJson } from './stack-json';

/**
 * Resources that hold what can't be made again, with the properties whose change makes Terraform destroy and create
 * them (dotted paths; provider-aws 6.25, provider-kubernetes 2.38: `ForceNew` in their schemas). Renaming one in the
 * program changes its address, which is a destruction too, unless it is moved.
 */
export const stateful: Readonly<Record<string, readonly string[]>> = {
  aws_backup_vault: ['name', 'kms_key_arn'],
  aws_cloudwatch_log_group: ['name', 'name_prefix'],
  aws_db_instance: [
    'availability_zone',
    'db_name',
    'engine',
    'kms_key_id',
    'replicate_source_db',
    'storage_encrypted',
    'username',
  ],
  aws_ecr_repository: ['name', 'encryption_configuration'],
  aws_eks_cluster: [
    'name',
    'role_arn',
    'encryption_config',
    'kubernetes_network_config.ip_family',
    'kubernetes_network_config.service_ipv4_cidr',
    'access_config.bootstrap_cluster_creator_admin_permissions',
  ],
  aws_elasticache_replication_group: [
    'at_rest_encryption_enabled',
    'kms_key_id',
    'port',
    'replication_group_id',
    'subnet_group_name',
  ],
  aws_kms_key: ['customer_master_key_spec', 'key_usage', 'multi_region'],
  // Made again it has other name servers, and its names are gone until the delegation follows.
  aws_route53_zone: ['name', 'delegation_set_id'],
  aws_s3_bucket: ['bucket', 'bucket_prefix', 'object_lock_enabled'],
  aws_secretsmanager_secret: ['name', 'name_prefix'],
  aws_subnet: ['availability_zone', 'cidr_block', 'vpc_id'],
  aws_vpc: ['cidr_block', 'instance_tenancy'],
  kubernetes_namespace_v1: ['metadata.name'],
  kubernetes_persistent_volume_claim_v1: ['metadata.name', 'metadata.namespace', 'spec.storage_class_name'],
};

/** Of each stack: the account it lies in, and its stateful resources with their replacement-forcing properties. */
export type StatefulRecord = Readonly<
  Record<
    string,
    {
      readonly account?: string;
      /** By address. */
      readonly resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    }
  >
>;

export function statefulRecord(
  stacks: readonly { readonly name: string; readonly json: StackJson }[],
): StatefulRecord {
  return Object.fromEntries(
    stacks.map(({ name, json }) => [name, { account: accountOf(json), resources: statefulResources(json) }]),
  );
}

/** The provider's account; a stack without AWS provider lies where its state does. */
function accountOf(json: StackJson): string | undefined {
  const [account] = (json.provider?.aws?.[0]?.allowed_account_ids ?? []) as string[];
  return account ?? /\d{12}/.exec(String(json.terraform?.backend?.s3?.bucket))?.[0];
}

function statefulResources(json: StackJson): Record<string, Record<string, unknown>> {
  const entries = resourcesOf(json)
    .filter(({ mode, type }) => mode === 'managed' && type in stateful)
    .map(({ type, address, values }): [string, Record<string, unknown>] => {
      const known = (stateful[type] ?? []).map((path) => [path, at(values, path)] as const);
      return [address, Object.fromEntries(known.filter(([, value]) => value !== undefined))];
    });
  return Object.fromEntries(entries);
}

function at(values: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((node, key) => {
    const block = Array.isArray(node) ? node[0] : node;
    return (block as Record<string, unknown> | undefined)?.[key];
  }, values);
}

export interface Loss {
  /** `<stack>/<address>`, the name to acknowledge it by. */
  readonly resource: string;
  readonly message: string;
}

/**
 * What would be destroyed or replaced, and with it what it holds, if `now` were applied over `before`. A stack that
 * leaves one of the `exampleAccounts` loses nothing: nothing can have been deployed there.
 */
export function losses(
  before: StatefulRecord,
  now: StatefulRecord,
  exampleAccounts: readonly string[],
): Loss[] {
  return Object.entries(before).flatMap(([stack, { account, resources }]) => {
    if (account && exampleAccounts.includes(account) && now[stack]?.account !== account) return [];
    return Object.entries(resources).flatMap(([address, old]) => {
      const resource = `${stack}/${address}`;
      const current = now[stack]?.resources[address];
      if (!current) return [{ resource, message: `${resource} would be destroyed` }];
      return [...new Set([...Object.keys(old), ...Object.keys(current)])]
        .filter((key) => JSON.stringify(old[key]) !== JSON.stringify(current[key]))
        .map((key) => ({
          resource,
          message: `${resource} would be replaced: ${key} ${JSON.stringify(old[key])} → ${JSON.stringify(current[key])}`,
        }));
    });
  });
}
