/** Namespaces, and what stands between them. */
import { each, found, is, missing } from '../engine/judge';
import type { Evaluators } from '../engine/model';

const namespaces = 'constructs/kubernetes/restricted-namespace.ts makes namespaces with it.';
const enforce = 'pod-security.kubernetes.io/enforce';

export const borders = {
  'namespaces-checked': {
    title: 'Every namespace enforces a pod security standard',
    severity: 'high',
    why: 'Without a label everything is allowed.',
    remedy: namespaces,
    judge: each('kubernetes_namespace_v1', ({ values }) =>
      is(values.metadata?.labels[enforce] !== undefined, 'enforce', values.metadata?.labels[enforce]),
    ),
  },
  'namespaces-restricted': {
    title: 'Every namespace enforces the restricted standard',
    severity: 'high',
    why: 'Anything that can be scheduled there could own the node.',
    remedy: namespaces,
    judge: each('kubernetes_namespace_v1', ({ values }) =>
      is(values.metadata?.labels[enforce] === 'restricted', 'enforce', values.metadata?.labels[enforce]),
    ),
  },
  'namespaces-closed': {
    title: 'Every namespace denies traffic by default',
    severity: 'high',
    why: 'One pod that is taken over could reach all others.',
    remedy: 'Add the default-deny policy of constructs/workload/network-policies.ts.',
    appliesTo: {
      tiers: ['development', 'staging', 'production'],
      otherwise: 'clusters on one machine mostly enforce no policies',
    },
    judge: each('kubernetes_namespace_v1', ({ values }, environment) => {
      const name = values.metadata?.name;
      const denies = environment.all('kubernetes_network_policy_v1').filter((policy) => {
        const { metadata, spec } = policy.values;
        const everyPod =
          spec?.pod_selector !== undefined
            ? Object.keys(spec.pod_selector.match_labels).length === 0 && !spec.pod_selector.match_expressions
            : true;
        return metadata?.namespace === name && everyPod && spec?.policy_types.includes('Ingress');
      }).length;
      return is(denies > 0, 'policies that select every pod', denies);
    }),
  },
  'namespaces-used': {
    title: 'Nothing lives in the default namespace',
    severity: 'low',
    why: 'It has no border, no quota and no policy.',
    remedy: 'Name a namespace.',
    judge: (environment) => {
      const placed = (
        [
          'kubernetes_deployment_v1',
          'kubernetes_job_v1',
          'kubernetes_service_v1',
          'kubernetes_service_account_v1',
          'kubernetes_persistent_volume_claim_v1',
        ] as const
      ).flatMap((type) =>
        environment.all(type).map((one) => ({ one, namespace: one.values.metadata?.namespace })),
      );
      const releases = environment
        .all('helm_release')
        .map((one) => ({ one, namespace: one.values.namespace }));
      const all = [...placed, ...releases];
      if (all.length === 0) return { notApplicable: `${environment.name} has nothing in Kubernetes` };
      return all.map(({ one, namespace }) =>
        found(one, is(![undefined, 'default'].includes(namespace), 'namespace', namespace)),
      );
    },
  },
  'service-bounded': {
    title: 'The service’s namespace has a quota',
    severity: 'medium',
    why: 'A fault in scaling would take every node, and the bill.',
    remedy: 'constructs/workload/quota.ts makes it.',
    appliesTo: { tiers: ['development', 'staging', 'production'], otherwise: 'one machine is quota enough' },
    judge: (environment) => {
      const used = new Set(
        environment.all('kubernetes_deployment_v1').map(({ values }) => values.metadata?.namespace),
      );
      const concerned = environment
        .all('kubernetes_namespace_v1')
        .filter(({ values }) => used.has(values.metadata?.name));
      if (concerned.length === 0)
        return { notApplicable: `${environment.name} has no namespace of workloads` };
      return concerned.map((one) => {
        const quotas = environment
          .all('kubernetes_resource_quota_v1')
          .filter(({ values }) => values.metadata?.namespace === one.values.metadata?.name).length;
        return found(one, is(quotas > 0, 'quotas', quotas));
      });
    },
  },
  'services-internal': {
    title: 'Services get no load balancer of their own',
    severity: 'medium',
    why: 'It would stand on the internet without firewall and certificate.',
    remedy: 'Publish it through the gateway: constructs/edge.',
    judge: each('kubernetes_service_v1', ({ values }) =>
      is(
        !['LoadBalancer', 'NodePort'].includes(values.spec?.type ?? 'ClusterIP'),
        'type',
        values.spec?.type ?? 'ClusterIP',
      ),
    ),
  },
  'secrets-from-outside': {
    title: 'Secrets come from a store outside the cluster',
    severity: 'medium',
    why: 'Nobody would rotate them, or see who reads them.',
    remedy: 'constructs/workload/service-secrets.ts writes ExternalSecrets.',
    judge: (environment) => {
      if (environment.all('aws_eks_cluster').length === 0)
        return { notApplicable: `${environment.name} has no cluster of its own` };
      const stores = environment.objects.filter(({ kind }) => kind === 'ClusterSecretStore');
      if (stores.length === 0) return missing(environment, 'ClusterSecretStore');
      const used = environment.objects.filter(({ kind }) => kind === 'ExternalSecret').length;
      return stores.map((store) => found(store, is(used > 0, 'secrets from it', used)));
    },
  },
} satisfies Evaluators;
