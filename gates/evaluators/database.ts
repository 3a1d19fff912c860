import { each, is, says } from '../engine/judge';
import type { Evaluators } from '../engine/model';
import { networkOf } from './reach';

const inConstruct = 'constructs/database sets it: take out what overrides it.';
const isReplica = (values: { readonly replicate_source_db: string | undefined }) =>
  values.replicate_source_db !== undefined;

export const database = {
  'rds-encrypted': {
    title: 'Databases are encrypted at rest',
    severity: 'critical',
    why: 'A copied volume or snapshot could be read by anybody.',
    remedy: inConstruct,
    judge: each('aws_db_instance', ({ values }) =>
      is(values.storage_encrypted === true, 'storage_encrypted', values.storage_encrypted),
    ),
  },
  'rds-customer-key': {
    title: 'Databases are encrypted with a key of ours',
    severity: 'medium',
    why: 'Access to a key of AWS cannot be withdrawn, nor can its snapshots be shared safely.',
    remedy: inConstruct,
    judge: each('aws_db_instance', ({ values }) => {
      // In one region a replica has its source's key.
      if (isReplica(values)) return undefined;
      return says(values.kms_key_id !== undefined, values.kms_key_id ? 'key of ours' : 'key of AWS');
    }),
  },
  'rds-not-public': {
    title: 'Databases have no public address',
    severity: 'critical',
    why: 'Only a password would stand between the internet and the data.',
    remedy: inConstruct,
    judge: each('aws_db_instance', ({ values }) =>
      is(values.publicly_accessible !== true, 'publicly_accessible', values.publicly_accessible),
    ),
  },
  'rds-no-internet-route': {
    title: 'Subnets of databases have no way to the internet',
    severity: 'high',
    why: 'Whoever takes over the database could carry the data out.',
    remedy: 'constructs/network gives database subnets a table without routes.',
    judge: each('aws_db_subnet_group', (group, environment) => {
      const subnets = group.values.subnet_ids.flatMap((id) => environment.follow(group, id));
      if (subnets.length === 0) return undefined;
      const out = subnets.filter((subnet) => networkOf(environment, subnet).routesOut.length > 0);
      return is(out.length === 0, 'subnets with a route out', out.length);
    }),
  },
  'rds-inbound-from-groups': {
    title: 'Databases are reached from named groups alone',
    severity: 'high',
    why: 'A range of addresses lets in whatever gets an address there.',
    remedy: 'Open the group by `allowFrom` another security group (constructs/network).',
    judge: each('aws_db_instance', (instance, environment) => {
      const ranges = instance.values.vpc_security_group_ids
        .flatMap((id) => environment.follow(instance, id))
        .flatMap((group) => networkOf(environment, group).inboundRanges);
      return says(ranges.length === 0, ranges.length === 0 ? 'groups only' : `open to ${ranges.join(', ')}`);
    }),
  },
  'rds-tls-required': {
    title: 'Databases refuse connections without TLS',
    severity: 'high',
    why: 'Queries and rows could be read inside the VPC.',
    remedy: 'Leave rds.force_ssl = 1 in the parameter group.',
    judge: each('aws_db_instance', (instance, environment) => {
      const group = environment.target(
        instance,
        instance.values.parameter_group_name,
        'aws_db_parameter_group',
      );
      const value = group?.values.parameter.find(({ name }) => name === 'rds.force_ssl')?.value;
      return is(value === '1', 'rds.force_ssl', value);
    }),
  },
  'rds-iam-login': {
    title: 'Databases take logins by IAM',
    severity: 'medium',
    why: 'Every password is one that can leak.',
    remedy: inConstruct,
    judge: each('aws_db_instance', ({ values }) =>
      is(
        values.iam_database_authentication_enabled === true,
        'iam_database_authentication_enabled',
        values.iam_database_authentication_enabled,
      ),
    ),
  },
  'rds-password-not-in-state': {
    title: 'The owner’s password is not in the state',
    severity: 'critical',
    why: 'Whoever may read the state could log in as the owner.',
    remedy: 'Use password_wo or RDS’s managed password, never password.',
    judge: each('aws_db_instance', ({ values }) =>
      says(
        values.password === undefined,
        values.password === undefined ? 'write-only or managed' : 'password is set',
      ),
    ),
  },
  'rds-owner-named': {
    title: 'The owner is not called as every attacker expects',
    severity: 'low',
    why: 'Guesses begin with postgres, admin and root.',
    remedy: 'Leave the owner’s name to constructs/database.',
    judge: each('aws_db_instance', ({ values }) =>
      isReplica(values)
        ? undefined
        : is(
            !['postgres', 'admin', 'root', undefined].includes(values.username),
            'username',
            values.username,
          ),
    ),
  },
  'rds-logged': {
    title: 'Logs of databases are kept outside of them',
    severity: 'medium',
    why: 'Failed logins and statements would go with the machine.',
    remedy: inConstruct,
    judge: each('aws_db_instance', ({ values }) =>
      is(
        values.enabled_cloudwatch_logs_exports.includes('postgresql'),
        'enabled_cloudwatch_logs_exports',
        values.enabled_cloudwatch_logs_exports.join(', ') || undefined,
      ),
    ),
  },
  'rds-monitored': {
    title: 'The operating system of databases is watched',
    severity: 'low',
    why: 'A slow disk looks like a slow query.',
    remedy: inConstruct,
    judge: each('aws_db_instance', ({ values }) =>
      is((values.monitoring_interval ?? 0) > 0, 'monitoring_interval', values.monitoring_interval),
    ),
  },
  'rds-insights': {
    title: 'What databases spend their time on is recorded',
    severity: 'low',
    why: 'Nobody could say which query made it slow.',
    remedy: inConstruct,
    judge: each('aws_db_instance', ({ values }) =>
      is(
        values.performance_insights_enabled === true,
        'performance_insights_enabled',
        values.performance_insights_enabled,
      ),
    ),
  },
  'rds-minor-upgrades': {
    title: 'Databases take minor versions by themselves',
    severity: 'medium',
    why: 'Security fixes wait for somebody to think of them.',
    remedy: 'Raise database.engineVersion; or take the waiver out and let AWS choose the night.',
    judge: each('aws_db_instance', ({ values }) =>
      is(
        values.auto_minor_version_upgrade !== false,
        'auto_minor_version_upgrade',
        values.auto_minor_version_upgrade,
      ),
    ),
  },
  'rds-certificate': {
    title: 'Databases show a certificate of a current authority',
    severity: 'low',
    why: 'Clients that check certificates would lose the database when an old authority ends.',
    remedy: 'Leave ca_cert_identifier as constructs/database has it.',
    judge: each('aws_db_instance', ({ values }) =>
      is(
        /^rds-ca-(rsa2048|rsa4096|ecc384)-g1$/.test(values.ca_cert_identifier ?? ''),
        'ca_cert_identifier',
        values.ca_cert_identifier,
      ),
    ),
  },
  'rds-proxy-tls': {
    title: 'The database proxy refuses connections without TLS',
    severity: 'high',
    why: 'Queries could be read between pod and proxy.',
    remedy: inConstruct,
    judge: each('aws_db_proxy', ({ values }) =>
      is(values.require_tls === true, 'require_tls', values.require_tls),
    ),
  },
  'rds-proxy-iam': {
    title: 'The database proxy takes logins by IAM',
    severity: 'medium',
    why: 'The proxy would need every role’s password.',
    remedy: inConstruct,
    judge: each('aws_db_proxy', ({ values }) =>
      is(values.default_auth_scheme === 'IAM_AUTH', 'default_auth_scheme', values.default_auth_scheme),
    ),
  },
  'rds-proxy-quiet': {
    title: 'The database proxy logs no statements',
    severity: 'medium',
    why: 'Statements hold personal data, which the log would keep for a year.',
    remedy: 'Leave debug_logging off outside of an investigation.',
    judge: each('aws_db_proxy', ({ values }) =>
      is(values.debug_logging !== true, 'debug_logging', values.debug_logging),
    ),
  },
} satisfies Evaluators;
