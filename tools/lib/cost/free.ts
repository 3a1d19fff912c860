/** Types that AWS charges nothing for by themselves. A type that is neither here nor priced is listed as unknown. */
import { monthly, type Pricer } from './charge';
import { at } from './estate';

const nothing = (...types: readonly string[]): Record<string, Pricer> =>
  Object.fromEntries(types.map((type) => [type, { free: 'AWS charges nothing for it' }]));

export const free: Record<string, Pricer> = {
  ...nothing(
    'aws_cloudwatch_event_target',
    'aws_cloudwatch_log_resource_policy',
    'aws_config_configuration_recorder_status',
    'aws_config_delivery_channel',
    'aws_config_retention_configuration',
    'aws_db_parameter_group',
    'aws_db_proxy_default_target_group',
    'aws_db_proxy_endpoint',
    'aws_db_proxy_target',
    'aws_db_subnet_group',
    'aws_default_security_group',
    'aws_ebs_encryption_by_default',
    'aws_ec2_instance_metadata_defaults',
    'aws_ecr_lifecycle_policy',
    'aws_ecr_replication_configuration',
    'aws_ecr_repository_policy',
    'aws_ecr_registry_policy',
    'aws_eks_access_entry',
    'aws_eks_access_policy_association',
    'aws_eks_pod_identity_association',
    'aws_elasticache_parameter_group',
    'aws_elasticache_subnet_group',
    'aws_elasticache_user',
    'aws_elasticache_user_group',
    'aws_fis_experiment_template',
    'aws_iam_instance_profile',
    'aws_iam_openid_connect_provider',
    'aws_iam_policy',
    'aws_iam_role',
    'aws_iam_role_policy',
    'aws_iam_role_policy_attachment',
    'aws_iam_service_linked_role',
    'aws_internet_gateway',
    'aws_kms_alias',
    'aws_lambda_permission',
    'aws_network_acl',
    'aws_network_acl_rule',
    'aws_route',
    'aws_route53_record',
    'aws_route_table',
    'aws_route_table_association',
    'aws_s3_account_public_access_block',
    'aws_s3_bucket_lifecycle_configuration',
    'aws_s3_bucket_logging',
    'aws_s3_bucket_notification',
    'aws_s3_bucket_object_lock_configuration',
    'aws_s3_bucket_ownership_controls',
    'aws_s3_bucket_policy',
    'aws_s3_bucket_replication_configuration',
    'aws_s3_bucket_public_access_block',
    'aws_s3_bucket_server_side_encryption_configuration',
    'aws_s3_bucket_versioning',
    'aws_secretsmanager_secret_policy',
    'aws_secretsmanager_secret_rotation',
    'aws_secretsmanager_secret_version',
    'aws_security_group',
    'aws_securityhub_standards_subscription',
    'aws_sns_topic_policy',
    'aws_sns_topic_subscription',
    'aws_sqs_queue_policy',
    'aws_subnet',
    'aws_acm_certificate',
    'aws_acm_certificate_validation',
    'aws_vpc_security_group_egress_rule',
    'aws_vpc_security_group_ingress_rule',
  ),
  terraform_data: { free: 'lives in the state only' },
  kubernetes_persistent_volume_claim_v1: (claim) => {
    const asked = String(at(claim.values, 'spec', 'resources', 'requests', 'storage') ?? '');
    const gib = /^(\d+)Gi$/.exec(asked)?.[1];
    return gib
      ? [monthly(`${gib} GiB volume`, 'ebs.gp3', Number(gib))]
      : [{ missing: `a volume of "${asked}"` }];
  },
  kubernetes_service_v1: (service) =>
    at(service.values, 'spec', 'type') === 'LoadBalancer' ? [monthly('load balancer', 'alb.hour', 730)] : [],
};

/** Other objects of the cluster are paid as the nodes that they run on. */
export const runsOnNodes = (type: string): boolean => type.startsWith('kubernetes_');
