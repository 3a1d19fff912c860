import type { Cases, Json } from './case';

const one = (values: object) => ({ aws_db_instance: { a: values } });
const flips = (good: object, bad: object, also: readonly string[] = []) => ({
  good: one(good),
  patch: { aws_db_instance: bad },
  golden: 'prod/data',
  also,
});
const cache = (good: object, bad: object, also: readonly string[] = []) => ({
  good: { aws_elasticache_replication_group: { a: good } },
  patch: { aws_elasticache_replication_group: bad },
  golden: 'prod/data',
  also,
});
const proxy = (good: object, bad: object) => ({
  good: { aws_db_proxy: { a: good } },
  patch: { aws_db_proxy: bad },
  golden: 'prod/data',
});
const user = {
  access_string: 'on ~holdfast:* resetchannels -@all +@read -@dangerous',
  authentication_mode: { type: 'iam' },
};

/** A database whose group a range of addresses may reach. */
const openTo = (type: string, attribute: string, group: string) => ({
  good: {
    aws_security_group: { g: { ingress: [], egress: [] }, other: {} },
    [type]: { a: { [attribute]: ['${aws_security_group.g.id}'] } },
    aws_vpc_security_group_ingress_rule: {
      r: {
        security_group_id: '${aws_security_group.g.id}',
        referenced_security_group_id: '${aws_security_group.other.id}',
        from_port: 1,
        to_port: 1,
        ip_protocol: 'tcp',
        description: 'x',
      },
    },
  },
  patch: {
    aws_vpc_security_group_ingress_rule: { referenced_security_group_id: undefined, cidr_ipv4: '10.0.0.0/8' },
  },
  golden: 'prod/data',
  where: group,
});

export const database: Cases = {
  'rds-encrypted': flips({ storage_encrypted: true }, { storage_encrypted: false }),
  'rds-customer-key': flips({ kms_key_id: '${aws_kms_key.k.arn}' }, { kms_key_id: undefined }),
  'rds-not-public': flips({ publicly_accessible: false }, { publicly_accessible: true }),
  'rds-no-internet-route': {
    good: {
      aws_db_subnet_group: { a: { subnet_ids: ['${aws_subnet.s.id}'] } },
      aws_subnet: { s: {} },
      aws_route_table: { t: {} },
      aws_route_table_association: {
        x: { subnet_id: '${aws_subnet.s.id}', route_table_id: '${aws_route_table.t.id}' },
      },
      aws_route: {
        r: {
          destination_cidr_block: '10.1.0.0/16',
          route_table_id: '${aws_route_table.t.id}',
          vpc_peering_connection_id: 'pcx-1',
        },
      },
    },
    patch: { aws_route: { nat_gateway_id: '${aws_nat_gateway.n.id}' } },
    goldenPatch: {
      aws_route: { route_table_id: '${aws_route_table.network_database-routes_40E5756E.id}' },
    },
    golden: 'prod/network',
  },
  'rds-inbound-from-groups': openTo('aws_db_instance', 'vpc_security_group_ids', 'bastion_into-database'),
  'rds-tls-required': {
    good: {
      aws_db_instance: { a: { parameter_group_name: '${aws_db_parameter_group.p.name}' } },
      aws_db_parameter_group: { p: { parameter: [{ name: 'rds.force_ssl', value: '1' }] } },
    },
    patch: {
      aws_db_parameter_group: {
        parameter: (list: Json[]) => list.filter(({ name }) => name !== 'rds.force_ssl'),
      },
    },
    golden: 'prod/data',
  },
  'rds-iam-login': flips(
    { iam_database_authentication_enabled: true },
    { iam_database_authentication_enabled: false },
  ),
  'rds-password-not-in-state': flips({ password_wo: 'x' }, { password: 'x' }),
  'rds-owner-named': flips({ username: 'holdfast_owner' }, { username: 'postgres' }),
  'rds-multi-az': flips({ multi_az: true }, { multi_az: false }),
  'rds-backed-up': flips({ backup_retention_period: 30 }, { backup_retention_period: 3 }),
  'rds-backup-on': flips({ backup_retention_period: 1 }, { backup_retention_period: 0 }, ['rds-backed-up']),
  'rds-backups-elsewhere': {
    good: {
      ...one({}),
      aws_db_instance_automated_backups_replication: {
        a: { source_db_instance_arn: '${aws_db_instance.a.arn}' },
      },
    },
    patch: { aws_db_instance_automated_backups_replication: null },
    golden: 'prod/data',
  },
  'rds-deletion-protected': flips({ deletion_protection: true }, { deletion_protection: false }),
  'rds-protected': flips({ lifecycle: { prevent_destroy: true } }, { lifecycle: { prevent_destroy: false } }),
  'rds-final-snapshot': flips({ skip_final_snapshot: false }, { skip_final_snapshot: true }),
  'rds-keeps-backups': flips({ delete_automated_backups: false }, { delete_automated_backups: true }),
  'rds-logged': flips(
    { enabled_cloudwatch_logs_exports: ['postgresql'] },
    { enabled_cloudwatch_logs_exports: ['upgrade'] },
  ),
  'rds-monitored': flips({ monitoring_interval: 60 }, { monitoring_interval: 0 }),
  'rds-insights': flips({ performance_insights_enabled: true }, { performance_insights_enabled: false }),
  'rds-minor-upgrades': {
    good: one({ auto_minor_version_upgrade: true }),
    patch: { aws_db_instance: { auto_minor_version_upgrade: false } },
    goldenPatch: { aws_db_instance: { auto_minor_version_upgrade: true } },
    golden: 'prod/data',
    mends: true,
  },
  'rds-snapshots-tagged': flips({ copy_tags_to_snapshot: true }, { copy_tags_to_snapshot: false }),
  'rds-storage-grows': flips(
    { allocated_storage: 20, max_allocated_storage: 100 },
    { max_allocated_storage: 20 },
  ),
  'rds-certificate': flips(
    { ca_cert_identifier: 'rds-ca-rsa2048-g1' },
    { ca_cert_identifier: 'rds-ca-2019' },
  ),
  'rds-proxy-tls': proxy({ require_tls: true }, { require_tls: false }),
  'rds-proxy-iam': proxy({ default_auth_scheme: 'IAM_AUTH' }, { default_auth_scheme: 'NONE' }),
  'rds-proxy-quiet': proxy({ debug_logging: false }, { debug_logging: true }),
};

export const caches: Cases = {
  'cache-encrypted': cache({ at_rest_encryption_enabled: 'true' }, { at_rest_encryption_enabled: 'false' }),
  'cache-customer-key': cache({ kms_key_id: '${aws_kms_key.k.arn}' }, { kms_key_id: undefined }),
  'cache-tls-required': cache(
    { transit_encryption_enabled: true, transit_encryption_mode: 'required' },
    { transit_encryption_mode: 'preferred' },
  ),
  'cache-users': cache(
    { user_group_ids: ['${aws_elasticache_user_group.g.user_group_id}'] },
    { user_group_ids: [] },
  ),
  'cache-iam-login': {
    good: { aws_elasticache_user: { a: user } },
    patch: { aws_elasticache_user: { authentication_mode: { type: 'no-password-required' } } },
    golden: 'prod/data',
  },
  'cache-users-bounded': {
    good: { aws_elasticache_user: { a: user } },
    patch: { aws_elasticache_user: { access_string: 'on ~* +@all' } },
    golden: 'prod/data',
  },
  'cache-inbound-from-groups': openTo(
    'aws_elasticache_replication_group',
    'security_group_ids',
    'cache_security-group',
  ),
  'cache-multi-az': cache(
    { multi_az_enabled: true, automatic_failover_enabled: true },
    { multi_az_enabled: false },
  ),
  'cache-snapshots': cache({ snapshot_retention_limit: 7 }, { snapshot_retention_limit: 0 }),
  'cache-logged': cache(
    { log_delivery_configuration: [{ log_type: 'slow-log' }, { log_type: 'engine-log' }] },
    { log_delivery_configuration: [] },
  ),
};
