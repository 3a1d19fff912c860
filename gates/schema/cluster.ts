import { block, blocks, flag, number, text, texts } from '../engine/fields';

/** EKS, its nodes, other machines, images and functions. */
const metadataOptions = block({ http_tokens: text, http_put_response_hop_limit: number });

export const cluster = {
  aws_ecr_lifecycle_policy: { repository: text },
  aws_ecr_repository: {
    encryption_configuration: block({ encryption_type: text, kms_key: text }),
    image_scanning_configuration: block({ scan_on_push: flag }),
    image_tag_mutability: text,
  },
  aws_eks_access_entry: { principal_arn: text, kubernetes_groups: texts },
  aws_eks_access_policy_association: { principal_arn: text, policy_arn: text },
  aws_eks_addon: { addon_name: text, addon_version: text, configuration_values: text },
  aws_eks_cluster: {
    access_config: block({ authentication_mode: text, bootstrap_cluster_creator_admin_permissions: flag }),
    compute_config: block({ enabled: flag }),
    deletion_protection: flag,
    enabled_cluster_log_types: texts,
    encryption_config: block({ resources: texts, provider: block({ key_arn: text }) }),
    upgrade_policy: block({ support_type: text }),
    vpc_config: block({
      endpoint_private_access: flag,
      endpoint_public_access: flag,
      public_access_cidrs: texts,
      subnet_ids: texts,
    }),
  },
  aws_eks_node_group: {
    release_version: text,
    scaling_config: block({ min_size: number }),
    subnet_ids: texts,
  },
  aws_eks_pod_identity_association: { role_arn: text, namespace: text, service_account: text },
  aws_instance: {
    associate_public_ip_address: flag,
    iam_instance_profile: text,
    metadata_options: metadataOptions,
    monitoring: flag,
    root_block_device: block({ encrypted: flag }),
  },
  aws_lambda_function: {
    kms_key_arn: text,
    runtime: text,
    logging_config: block({ log_group: text }),
  },
  aws_lambda_permission: { principal: text, source_arn: text, source_account: text },
  aws_launch_template: {
    block_device_mappings: blocks({ ebs: block({ encrypted: flag }) }),
    metadata_options: metadataOptions,
  },
} as const;
