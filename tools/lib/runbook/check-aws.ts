import type { Known } from './known';

/** What an option of the AWS CLI names: an attribute of our resources. `prefix`: the beginning of one is enough; `beginning`: it has to begin with one. */
interface Naming {
  readonly type: string;
  readonly attribute: string;
  readonly match?: 'prefix' | 'beginning';
  /** Name of a part that AWS derives from it, which is cut off before it is compared. */
  readonly derived?: RegExp;
}

const instance: Naming = { type: 'aws_db_instance', attribute: 'identifier' };
const cacheGroup: Naming = {
  type: 'aws_elasticache_replication_group',
  attribute: 'replication_group_id',
  derived: /(-\d{4})?-\d{3}$/,
};
const logGroup: Naming = { type: 'aws_cloudwatch_log_group', attribute: 'name' };
const proxy: Naming = { type: 'aws_db_proxy', attribute: 'name' };
const cluster: Naming = { type: 'aws_eks_cluster', attribute: 'name' };
const repository: Naming = { type: 'aws_ecr_repository', attribute: 'name' };
const bucket: Naming = { type: 'aws_s3_bucket', attribute: 'bucket' };

const options: Readonly<Record<string, Naming>> = {
  '--db-instance-identifier': instance,
  '--db-proxy-name': proxy,
  '--replication-group-id': cacheGroup,
  '--secret-id': { type: 'aws_secretsmanager_secret', attribute: 'name' },
  '--alarm-name-prefix': { type: 'aws_cloudwatch_metric_alarm', attribute: 'alarm_name', match: 'prefix' },
  '--alarm-names': { type: 'aws_cloudwatch_metric_alarm', attribute: 'alarm_name' },
  '--log-group-name': logGroup,
  '--function-name': { type: 'aws_lambda_function', attribute: 'function_name' },
  '--cluster-name': cluster,
  '--bucket': bucket,
  '--source-db-instance-identifier': instance,
  '--db-subnet-group-name': { type: 'aws_db_subnet_group', attribute: 'name' },
  '--cache-subnet-group-name': { type: 'aws_elasticache_subnet_group', attribute: 'name' },
  '--cache-parameter-group-name': { type: 'aws_elasticache_parameter_group', attribute: 'name' },
  '--user-group-ids': { type: 'aws_elasticache_user_group', attribute: 'user_group_id' },
  '--nodegroup-name': {
    type: 'aws_eks_node_group',
    attribute: 'node_group_name_prefix',
    match: 'beginning',
  },
  '--repository-name': repository,
  '--repository-names': repository,
  '--role-name': { type: 'aws_iam_role', attribute: 'name' },
  '--backup-vault-name': { type: 'aws_backup_vault', attribute: 'name' },
  '--by-backup-vault-name': { type: 'aws_backup_vault', attribute: 'name' },
};

/** Options that mean something of ours with one service only. */
const ofService: Readonly<Record<string, Readonly<Record<string, Naming>>>> = {
  eks: { '--name': cluster },
  cloudtrail: { '--name': { type: 'aws_cloudtrail', attribute: 'name' } },
};

const experiment: Naming = { type: 'aws_fis_experiment_template', attribute: 'tags.Name' };
const keyAlias: Naming = { type: 'aws_kms_alias', attribute: 'name' };

const dimensions: Readonly<Record<string, Naming>> = {
  DBInstanceIdentifier: instance,
  ProxyName: proxy,
  CacheClusterId: cacheGroup,
};

const sources: Readonly<Record<string, Naming>> = {
  'db-instance': instance,
  'replication-group': cacheGroup,
};

/** What is wrong with a call of the AWS CLI: names that no synthesised resource has. Operations are not checked. */
export function checkAws(args: readonly string[], known: Known): string[] {
  const [service, operation] = args;
  if (!service || !operation || service.startsWith('-'))
    return ['runs aws without a service and an operation'];
  const after = (option: string) => args[args.indexOf(option) + 1] ?? '';
  return args.flatMap((word, index) => {
    const value = args[index + 1] ?? '';
    const naming = ofService[service]?.[word] ?? options[word];
    if (naming) return missing(value, naming, known);
    if (word === '--key-id' && value.startsWith('alias/')) return missing(value, keyAlias, known);
    // Templates have no names: people find them by this tag.
    const [, template] = /tags\.Name==[`'"]([^`'"]+)/.exec(service === 'fis' ? word : '') ?? [];
    if (template) return missing(template, experiment, known);
    const [, uri] = /^s3:\/\/([^/]+)/.exec(word) ?? [];
    if (uri) return missing(uri, bucket, known);
    if (word === '--source-identifier') {
      const source = sources[after('--source-type')];
      return source ? missing(value, source, known) : [];
    }
    const [, dimension, name] = /^Name=(\w+),Value=(.+)$/.exec(word) ?? [];
    if (dimension && name && dimensions[dimension]) return missing(name, dimensions[dimension], known);
    if (service === 'logs' && operation === 'tail' && index === 2) return missing(word, logGroup, known);
    return [];
  });
}

function missing(name: string, { type, attribute, match, derived }: Naming, known: Known): string[] {
  if (name.includes('$')) return [];
  const names = known.aws(type, attribute);
  const found =
    names.includes(name) ||
    (match === 'prefix' && names.some((each) => each.startsWith(name))) ||
    (match === 'beginning' && names.some((each) => name.startsWith(each))) ||
    (derived !== undefined && names.includes(name.replace(derived, '')));
  return found ? [] : [`names "${name}", but no ${type} of any environment is called so`];
}
