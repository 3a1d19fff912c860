import type { Cases, Json } from './case';

const eks = (good: Json, bad: Json, also: readonly string[] = []) => ({
  good: { aws_eks_cluster: { c: good } },
  patch: { aws_eks_cluster: bad },
  golden: 'prod/cluster',
  also,
});
const flips = (type: string, golden: string, good: Json, bad: Json) => ({
  good: { [type]: { a: good } },
  patch: { [type]: bad },
  golden,
});
const logs = {
  enabled_cluster_log_types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
};
const without = (name: string) => ({
  enabled_cluster_log_types: (list: string[]) => list.filter((one) => one !== name),
});
const release = (objects: Json[]) => ({
  helm_release: {
    r: { chart: './assets/x', namespace: 'kube-system', values: [JSON.stringify({ objects })] },
  },
});
const admission = [
  {
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'images' },
    spec: { failurePolicy: 'Fail', validations: [{ expression: "image.matches('@sha256:')" }] },
  },
  {
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'images' },
    spec: { policyName: 'images', validationActions: ['Deny'] },
  },
];

export const cluster: Cases = {
  'eks-audit-logged': eks(logs, without('audit')),
  'eks-all-logged': eks(logs, without('scheduler')),
  'eks-logs-collected': {
    good: { aws_eks_cluster: { c: {} }, aws_cloudwatch_log_group: { g: { name: '/aws/eks/x/cluster' } } },
    patch: { aws_cloudwatch_log_group: null },
    golden: 'prod/cluster',
  },
  'eks-secrets-encrypted': eks(
    { encryption_config: { resources: ['secrets'], provider: { key_arn: 'x' } } },
    { encryption_config: undefined },
  ),
  'eks-private-endpoint': eks(
    { vpc_config: { endpoint_private_access: true } },
    { vpc_config: { endpoint_private_access: false } },
  ),
  'eks-not-open': eks(
    { vpc_config: { endpoint_public_access: true, public_access_cidrs: ['203.0.113.0/24'] } },
    { vpc_config: { endpoint_public_access: true, public_access_cidrs: ['0.0.0.0/0'] } },
    ['eks-no-public-endpoint'],
  ),
  'eks-no-public-endpoint': eks(
    { vpc_config: { endpoint_public_access: false } },
    { vpc_config: { endpoint_public_access: true, public_access_cidrs: ['203.0.113.0/24'] } },
  ),
  'eks-access-entries': eks(
    { access_config: { authentication_mode: 'API' } },
    { access_config: { authentication_mode: 'API_AND_CONFIG_MAP' } },
  ),
  'eks-no-creator-admin': eks(
    { access_config: { bootstrap_cluster_creator_admin_permissions: false } },
    { access_config: { bootstrap_cluster_creator_admin_permissions: true } },
  ),
  'eks-admins-are-roles': flips(
    'aws_eks_access_entry',
    'prod/cluster',
    { principal_arn: 'arn:aws:iam::123456789012:role/a' },
    { principal_arn: 'arn:aws:iam::123456789012:user/a' },
  ),
  'eks-supported': eks(
    { upgrade_policy: { support_type: 'STANDARD' } },
    { upgrade_policy: { support_type: 'EXTENDED' } },
  ),
  'eks-deletion-protected': eks({ deletion_protection: true }, { deletion_protection: false }),
  'eks-network-policies': {
    good: {
      aws_eks_cluster: { c: {} },
      aws_eks_addon: { a: { addon_name: 'vpc-cni', configuration_values: '{"enableNetworkPolicy":"true"}' } },
    },
    patch: { aws_eks_addon: { configuration_values: '{}' } },
    golden: 'prod/cluster',
    where: 'vpc-cni',
  },
  'eks-add-ons-pinned': flips(
    'aws_eks_addon',
    'prod/cluster',
    { addon_version: 'v1' },
    { addon_version: undefined },
  ),
  'eks-nodes-pinned': flips(
    'aws_eks_node_group',
    'prod/cluster',
    { release_version: '1.36.4' },
    { release_version: undefined },
  ),
  'eks-pod-identity': flips(
    'aws_eks_pod_identity_association',
    'prod/cluster',
    { service_account: 'x' },
    { service_account: 'default' },
  ),
  'eks-nodes-spare': flips(
    'aws_eks_node_group',
    'prod/cluster',
    { scaling_config: { min_size: 3 } },
    { scaling_config: { min_size: 1 } },
  ),
  'nodes-metadata-tokens': flips(
    'aws_launch_template',
    'prod/cluster',
    { metadata_options: { http_tokens: 'required' } },
    { metadata_options: { http_tokens: 'optional' } },
  ),
  'nodes-metadata-hops': flips(
    'aws_launch_template',
    'prod/cluster',
    { metadata_options: { http_put_response_hop_limit: 1 } },
    { metadata_options: { http_put_response_hop_limit: 2 } },
  ),
  'instances-metadata-tokens': flips(
    'aws_instance',
    'prod/data',
    { metadata_options: { http_tokens: 'required' } },
    { metadata_options: { http_tokens: 'optional' } },
  ),
  'instances-not-public': flips(
    'aws_instance',
    'prod/data',
    { associate_public_ip_address: false },
    { associate_public_ip_address: true },
  ),
  'functions-runtime-supported': flips(
    'aws_lambda_function',
    'prod/data',
    { runtime: 'nodejs24.x' },
    { runtime: 'nodejs16.x' },
  ),
  'images-scanned': flips(
    'aws_ecr_repository',
    'prod/bootstrap',
    { image_scanning_configuration: { scan_on_push: true } },
    { image_scanning_configuration: { scan_on_push: false } },
  ),
  'images-immutable': flips(
    'aws_ecr_repository',
    'prod/bootstrap',
    { image_tag_mutability: 'IMMUTABLE' },
    { image_tag_mutability: 'MUTABLE' },
  ),
  'images-expire': {
    good: {
      aws_ecr_repository: { r: {} },
      aws_ecr_lifecycle_policy: { l: { repository: '${aws_ecr_repository.r.name}' } },
    },
    patch: { aws_ecr_lifecycle_policy: null },
    golden: 'prod/bootstrap',
  },
  'charts-pinned': {
    ...flips('helm_release', 'prod/platform', { chart: 'keda', version: '2.20.2' }, { version: undefined }),
    where: 'keda',
  },
  'charts-without-secrets': {
    good: { helm_release: { r: { values: ['{"adminPassword":"{{ .password }}","existingSecret":"a"}'] } } },
    patch: { helm_release: { values: () => ['{"adminPassword":"hunter22"}'] } },
    golden: 'prod/platform',
    where: 'keda',
  },
  'images-admitted': {
    good: { aws_eks_cluster: { c: {} }, ...release(admission) },
    patch: {
      helm_release: {
        values: ([text]: string[]) => [
          text?.replaceAll('"failurePolicy":"Fail"', '"failurePolicy":"Ignore"'),
        ],
      },
    },
    golden: 'prod/platform',
    where: 'admission',
  },
};
