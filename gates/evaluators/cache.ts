import { each, is, says } from '../engine/judge';
import type { Evaluators } from '../engine/model';
import { networkOf } from './reach';

const inConstruct = 'constructs/cache sets it: take out what overrides it.';

export const cache = {
  'cache-encrypted': {
    title: 'Caches are encrypted at rest',
    severity: 'high',
    why: 'Sessions and cached rows lie in snapshots and swap.',
    remedy: inConstruct,
    judge: each('aws_elasticache_replication_group', ({ values }) =>
      is(
        values.at_rest_encryption_enabled === true,
        'at_rest_encryption_enabled',
        values.at_rest_encryption_enabled,
      ),
    ),
  },
  'cache-customer-key': {
    title: 'Caches are encrypted with a key of ours',
    severity: 'low',
    why: 'Access to a key of AWS cannot be withdrawn.',
    remedy: inConstruct,
    judge: each('aws_elasticache_replication_group', ({ values }) =>
      says(values.kms_key_id !== undefined, values.kms_key_id ? 'key of ours' : 'key of AWS'),
    ),
  },
  'cache-tls-required': {
    title: 'Caches refuse connections without TLS',
    severity: 'high',
    why: 'Tokens and rows could be read inside the VPC.',
    remedy: inConstruct,
    judge: each('aws_elasticache_replication_group', ({ values }) =>
      is(
        values.transit_encryption_enabled === true && values.transit_encryption_mode !== 'preferred',
        'transit_encryption_mode',
        values.transit_encryption_enabled ? (values.transit_encryption_mode ?? 'required') : 'off',
      ),
    ),
  },
  'cache-users': {
    title: 'Caches know who logs in',
    severity: 'high',
    why: 'Whoever reaches the port could read and delete every key.',
    remedy: inConstruct,
    judge: each('aws_elasticache_replication_group', ({ values }) =>
      is(
        values.user_group_ids.length > 0 && values.auth_token === undefined,
        'user groups',
        values.user_group_ids.length,
      ),
    ),
  },
  'cache-iam-login': {
    title: 'Users of caches log in by IAM',
    severity: 'medium',
    why: 'Every password is one that can leak.',
    remedy: inConstruct,
    judge: each('aws_elasticache_user', ({ values }) =>
      is(
        values.authentication_mode?.type === 'iam' && values.passwords.length === 0,
        'authentication_mode',
        values.authentication_mode?.type,
      ),
    ),
  },
  'cache-users-bounded': {
    title: 'Users of caches may do only what they need',
    severity: 'medium',
    why: 'One role’s fault could delete the keys of all, or change the server.',
    remedy:
      'Begin the access string with -@all, name the keys, and end with -@dangerous or name single commands after it.',
    judge: each('aws_elasticache_user', ({ values }) => {
      const words = (values.access_string ?? '').split(' ');
      const bounded =
        words.includes('-@all') &&
        words.includes('-@dangerous') &&
        !words.includes('~*') &&
        !words.includes('+@all');
      return says(
        bounded,
        bounded ? 'begins with nothing, names its keys' : `access_string = ${values.access_string}`,
      );
    }),
  },
  'cache-inbound-from-groups': {
    title: 'Caches are reached from named groups alone',
    severity: 'high',
    why: 'A range of addresses lets in whatever gets an address there.',
    remedy: 'Open the group by `allowFrom` another security group (constructs/network).',
    judge: each('aws_elasticache_replication_group', (group, environment) => {
      const ranges = group.values.security_group_ids
        .flatMap((id) => environment.follow(group, id))
        .flatMap((one) => networkOf(environment, one).inboundRanges);
      return says(ranges.length === 0, ranges.length === 0 ? 'groups only' : `open to ${ranges.join(', ')}`);
    }),
  },
  'cache-multi-az': {
    title: 'Caches fail over to another zone',
    severity: 'medium',
    why: 'The loss of a zone would send every read to the database at once.',
    remedy: 'cache.replicas: 1 or more in the environment.',
    appliesTo: {
      tiers: ['staging', 'production'],
      otherwise: 'the cache of development may be lost, and is rebuilt',
    },
    judge: each('aws_elasticache_replication_group', ({ values }) =>
      is(
        values.multi_az_enabled === true && values.automatic_failover_enabled === true,
        'multi_az_enabled',
        values.multi_az_enabled,
      ),
    ),
  },
  'cache-snapshots': {
    title: 'Caches are saved daily',
    severity: 'low',
    why: 'After a loss everything would have to be computed anew at once.',
    remedy: 'cache.snapshotRetentionDays: 1 or more in the environment.',
    appliesTo: {
      tiers: ['staging', 'production'],
      otherwise: 'the cache of development may be lost, and is rebuilt',
    },
    judge: each('aws_elasticache_replication_group', ({ values }) =>
      is(
        (values.snapshot_retention_limit ?? 0) > 0,
        'snapshot_retention_limit',
        values.snapshot_retention_limit,
      ),
    ),
  },
  'cache-logged': {
    title: 'Caches log slow commands and what the server says',
    severity: 'low',
    why: 'Nobody could say why it was slow, or who was refused.',
    remedy: inConstruct,
    judge: each('aws_elasticache_replication_group', ({ values }) => {
      const types = values.log_delivery_configuration.map(({ log_type }) => log_type);
      return is(
        types.includes('slow-log') && types.includes('engine-log'),
        'logs',
        types.join(', ') || undefined,
      );
    }),
  },
} satisfies Evaluators;
