import { isObject } from '../engine/fields';
import { each, found, is, missing, says, some } from '../engine/judge';
import type { Evaluators } from '../engine/model';
import { isWorld } from './reach';

const inConstruct = 'constructs/cluster sets it: take out what overrides it.';

export const cluster = {
  'eks-audit-logged': {
    title: 'The cluster logs who asks its API for what',
    severity: 'high',
    why: 'Nobody could tell who read a secret or opened a shell.',
    remedy: inConstruct,
    judge: each('aws_eks_cluster', ({ values }) =>
      is(
        ['audit', 'authenticator'].every((type) => values.enabled_cluster_log_types.includes(type)),
        'enabled_cluster_log_types',
        values.enabled_cluster_log_types.join(', ') || undefined,
      ),
    ),
  },
  'eks-all-logged': {
    title: 'The cluster logs everything that its control plane does',
    severity: 'low',
    why: 'A pod that is not placed is explained in the scheduler’s log only.',
    remedy: inConstruct,
    judge: each('aws_eks_cluster', ({ values }) =>
      is(
        ['api', 'controllerManager', 'scheduler'].every((type) =>
          values.enabled_cluster_log_types.includes(type),
        ),
        'enabled_cluster_log_types',
        values.enabled_cluster_log_types.join(', ') || undefined,
      ),
    ),
  },
  'eks-logs-collected': {
    title: 'The cluster’s log group exists before the cluster',
    severity: 'low',
    why: 'EKS would make one that keeps everything, unencrypted, and leaves it behind.',
    remedy: inConstruct,
    judge: each('aws_eks_cluster', ({ stack }, environment) => {
      const group = environment
        .all('aws_cloudwatch_log_group')
        .find((one) => one.stack === stack && /^\/aws\/eks\/.+\/cluster$/.test(one.values.name ?? ''));
      return says(group !== undefined, group ? 'own log group' : 'log group of EKS');
    }),
  },
  'eks-secrets-encrypted': {
    title: 'Secrets of Kubernetes are encrypted with a key of ours',
    severity: 'high',
    why: 'Base64 is not encryption.',
    remedy: inConstruct,
    judge: each('aws_eks_cluster', ({ values }) => {
      const config = values.encryption_config;
      return is(
        config?.resources.includes('secrets') === true && config.provider?.key_arn !== undefined,
        'encrypted resources',
        config?.resources.join(', '),
      );
    }),
  },
  'eks-private-endpoint': {
    title: 'The cluster’s API is reached inside the VPC',
    severity: 'medium',
    why: 'Nodes would go through the internet to their own API.',
    remedy: inConstruct,
    judge: each('aws_eks_cluster', ({ values }) =>
      is(
        values.vpc_config?.endpoint_private_access === true,
        'endpoint_private_access',
        values.vpc_config?.endpoint_private_access,
      ),
    ),
  },
  'eks-not-open': {
    title: 'The cluster’s API is not open to the whole internet',
    severity: 'critical',
    why: 'A leaked token would be enough from anywhere.',
    remedy: 'cluster.publicAccessCidrs of the environment: your own ranges, or none.',
    judge: each('aws_eks_cluster', ({ values }) => {
      const config = values.vpc_config;
      if (config?.endpoint_public_access === false) return says(true, 'endpoint_public_access = false');
      const ranges = config?.public_access_cidrs ?? [];
      return says(ranges.length > 0 && !ranges.some(isWorld), `open to ${ranges.join(', ') || 'everybody'}`);
    }),
  },
  'eks-no-public-endpoint': {
    title: 'The cluster’s API has no public address',
    severity: 'high',
    why: 'What has no address cannot be tried.',
    remedy: 'cluster.publicAccessCidrs: [] in the environment.',
    appliesTo: {
      tiers: ['staging', 'production'],
      otherwise: 'the API of development is reached from the office too',
    },
    judge: each('aws_eks_cluster', ({ values }) =>
      is(
        values.vpc_config?.endpoint_public_access === false,
        'endpoint_public_access',
        values.vpc_config?.endpoint_public_access,
      ),
    ),
  },
  'eks-access-entries': {
    title: 'Access to the cluster is decided by AWS’s API',
    severity: 'medium',
    why: 'One wrong line in aws-auth locks everybody out, and nobody sees who put it there.',
    remedy: inConstruct,
    judge: each('aws_eks_cluster', ({ values }) =>
      is(
        values.access_config?.authentication_mode === 'API',
        'authentication_mode',
        values.access_config?.authentication_mode,
      ),
    ),
  },
  'eks-no-creator-admin': {
    title: 'Whoever creates the cluster is not its administrator by that',
    severity: 'high',
    why: 'A workflow’s role would own the cluster for ever, and no list would show it.',
    remedy: inConstruct,
    judge: each('aws_eks_cluster', ({ values }) =>
      is(
        values.access_config?.bootstrap_cluster_creator_admin_permissions === false,
        'bootstrap_cluster_creator_admin_permissions',
        values.access_config?.bootstrap_cluster_creator_admin_permissions,
      ),
    ),
  },
  'eks-admins-are-roles': {
    title: 'Who gets into the cluster is a role',
    severity: 'high',
    why: 'A user’s keys do not expire; the root user may never be used.',
    remedy: 'cluster.adminRoles of the environment names roles.',
    judge: each('aws_eks_access_entry', ({ values }) => {
      const kind = values.principal_arn?.match(/:(role|user|root)\b/)?.[1];
      // A role that this program makes is a reference.
      const ok = kind === 'role' || values.principal_arn?.includes('aws_iam_role.') === true;
      return is(ok, 'principal', kind ?? values.principal_arn);
    }),
  },
  'eks-supported': {
    title: 'The cluster does not slip into paid extended support',
    severity: 'low',
    why: 'Six times the price, and patches for a version that others have left.',
    remedy: inConstruct,
    judge: each('aws_eks_cluster', ({ values }) =>
      is(
        values.upgrade_policy?.support_type === 'STANDARD',
        'support_type',
        values.upgrade_policy?.support_type,
      ),
    ),
  },
  'eks-deletion-protected': {
    title: 'The cluster refuses to be deleted',
    severity: 'high',
    why: 'One wrong call would take every pod away.',
    remedy: inConstruct,
    appliesTo: { tiers: ['production'], otherwise: 'only production must not be deletable by one mistake' },
    judge: each('aws_eks_cluster', ({ values }) =>
      is(values.deletion_protection === true, 'deletion_protection', values.deletion_protection),
    ),
  },
  'eks-network-policies': {
    title: 'The cluster enforces network policies',
    severity: 'high',
    why: 'Policies that nobody enforces look just like those that are.',
    remedy: 'constructs/cluster/add-ons.ts sets enableNetworkPolicy.',
    judge: each('aws_eks_cluster', (one, environment) => {
      if (one.values.compute_config?.enabled === true) return undefined;
      const cni = environment
        .all('aws_eks_addon')
        .find(({ stack, values }) => stack === one.stack && values.addon_name === 'vpc-cni');
      const configuration: unknown = JSON.parse(cni?.values.configuration_values ?? '{}');
      const on = isObject(configuration) ? configuration.enableNetworkPolicy : undefined;
      return is(on === 'true' || on === true, 'enableNetworkPolicy', on);
    }),
  },
  'eks-add-ons-pinned': {
    title: 'Add-ons are pinned to a version',
    severity: 'medium',
    why: 'A deployment would bring what nobody tried.',
    remedy: 'constructs/cluster/versions.ts has them by version of Kubernetes.',
    judge: each('aws_eks_addon', ({ values }) =>
      is(values.addon_version !== undefined, 'addon_version', values.addon_version),
    ),
  },
  'eks-nodes-pinned': {
    title: 'Images of nodes are pinned to a release',
    severity: 'medium',
    why: 'Two nodes of one group would differ.',
    remedy: 'constructs/cluster/versions.ts has the release.',
    judge: each('aws_eks_node_group', ({ values }) =>
      is(values.release_version !== undefined, 'release_version', values.release_version),
    ),
  },
  'eks-pod-identity': {
    title: 'Pods get rights of AWS by their own service account',
    severity: 'high',
    why: 'With the node’s role every pod on it has every right.',
    remedy: 'constructs/identity/pod-identity.ts makes the association.',
    judge: some('aws_eks_pod_identity_association', ({ values }) =>
      is(![undefined, 'default'].includes(values.service_account), 'service_account', values.service_account),
    ),
  },
  'eks-nodes-spare': {
    title: 'The nodes that carry the platform survive the loss of one',
    severity: 'medium',
    why: 'With one node, its update is an outage.',
    remedy: 'cluster.nodes.min of the environment: 2 or more, 3 in production.',
    appliesTo: {
      tiers: ['staging', 'production'],
      otherwise: 'development may be away while a node is replaced',
    },
    judge: each('aws_eks_node_group', ({ values }, { tier }) =>
      is(
        (values.scaling_config?.min_size ?? 0) >= (tier === 'production' ? 3 : 2),
        'min_size',
        values.scaling_config?.min_size,
      ),
    ),
  },
  'images-admitted': {
    title: 'The cluster admits images of our registry by digest alone',
    severity: 'high',
    why: 'Whoever may start a pod could start anything.',
    remedy: 'constructs/platform/admission-policies.ts writes the policy.',
    judge: (environment) => {
      const clusters = environment.all('aws_eks_cluster');
      if (clusters.length === 0) return { notApplicable: `${environment.name} has no cluster of its own` };
      const bound = environment.objects.filter(
        ({ kind, spec }) =>
          kind === 'ValidatingAdmissionPolicyBinding' &&
          Array.isArray(spec.validationActions) &&
          spec.validationActions.includes('Deny'),
      );
      const policies = environment.objects.filter(
        ({ kind, name, spec }) =>
          kind === 'ValidatingAdmissionPolicy' &&
          JSON.stringify(spec).includes('@sha256:') &&
          bound.some((one) => one.spec.policyName === name),
      );
      if (policies.length === 0) return missing(environment, 'ValidatingAdmissionPolicy');
      return policies.map((policy) =>
        found(
          policy,
          is(
            policy.spec.failurePolicy === 'Fail',
            `${policy.name}: failurePolicy`,
            policy.spec.failurePolicy,
          ),
        ),
      );
    },
  },
} satisfies Evaluators;
