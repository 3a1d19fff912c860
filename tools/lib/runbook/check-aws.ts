import type { Known } from './known';

/** What an option of the AWS CLI names: an attribute of our resources. `prefix`: the beginning of one is enough. */
interface Naming {
  readonly type: string;
  readonly attribute: string;
  readonly match?: 'prefix';
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

const options: Readonly<Record<string, Naming>> = {
  '--db-instance-identifier': instance,
  '--db-proxy-name': proxy,
  '--replication-group-id': cacheGroup,
  '--secret-id': { type: 'aws_secretsmanager_secret', attribute: 'name' },
  '--alarm-name-prefix': { type: 'aws_cloudwatch_metric_alarm', attribute: 'alarm_name', match: 'prefix' },
  '--alarm-names': { type: 'aws_cloudwatch_metric_alarm', attribute: 'alarm_name' },
  '--log-group-name': logGroup,
  '--function-name': { type: 'aws_lambda_function', attribute: 'function_name' },
  '--cluster-name': { type: 'aws_eks_cluster', attribute: 'name' },
  '--backup-vault-name': { type: 'aws_backup_vault', attribute: 'name' },
  '--by-backup-vault-name': { type: 'aws_backup_vault', attribute: 'name' },
  '--role-name': { type: 'aws_iam_role', attribute: 'name' },
  '--bucket': { type: 'aws_s3_bucket', attribute: 'bucket' },
};

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
    const naming = options[word];
    if (naming) return missing(value, naming, known);
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
    (derived !== undefined && names.includes(name.replace(derived, '')));
  return found ? [] : [`names "${name}", but no ${type} of any environment is called so`];
}
