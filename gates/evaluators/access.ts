/** Rights inside the cluster. */
import type { Environment } from '../engine/environment';
import { each, found, is, says } from '../engine/judge';
import type { Evaluators, Finding, NotApplicable } from '../engine/model';

interface Rule {
  readonly api_groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const withSubresource = (resources: readonly string[], name: string) =>
  resources.includes('*') || resources.includes(name);
const verbsAmong = (verbs: readonly string[], wanted: readonly string[]) =>
  verbs.includes('*') || wanted.some((verb) => verbs.includes(verb));

/** Every role of the cluster; a finding counts the rules that are too wide. */
const roles =
  (tooWide: (rule: Rule) => boolean, what: string) =>
  (environment: Environment): readonly Finding[] | NotApplicable => {
    const all = [...environment.all('kubernetes_cluster_role_v1'), ...environment.all('kubernetes_role_v1')];
    if (all.length === 0) return { notApplicable: `${environment.name} has no role of Kubernetes` };
    return all.map((role) => {
      const count = role.values.rule.filter(tooWide).length;
      return found(role, says(count === 0, `rules that ${what} = ${count}`));
    });
  };

const roleRemedy = 'Take the rule out of constructs/platform/access-roles.ts, or name what is needed.';

export const access = {
  'rbac-no-wildcards': {
    title: 'No role has a wildcard',
    severity: 'high',
    why: 'It includes what nobody has thought of yet.',
    remedy: roleRemedy,
    judge: roles(
      ({ api_groups, resources, verbs }) => [...api_groups, ...resources, ...verbs].includes('*'),
      'have a wildcard',
    ),
  },
  'rbac-no-secrets': {
    title: 'No role of people or programs reads secrets',
    severity: 'high',
    why: 'Reading one namespace’s secrets is having its rights.',
    remedy: roleRemedy,
    judge: roles(
      ({ resources, verbs }) =>
        withSubresource(resources, 'secrets') && verbsAmong(verbs, ['get', 'list', 'watch']),
      'read secrets',
    ),
  },
  'rbac-no-pods-made': {
    title: 'No role makes pods',
    severity: 'high',
    why: 'A pod may mount every secret of its namespace.',
    remedy: roleRemedy,
    judge: roles(
      ({ resources, verbs }) => withSubresource(resources, 'pods') && verbsAmong(verbs, ['create']),
      'make pods',
    ),
  },
  'rbac-no-escalation': {
    title: 'No role can widen itself',
    severity: 'critical',
    why: 'bind, impersonate and escalate are every right.',
    remedy: roleRemedy,
    judge: roles(({ verbs }) => verbsAmong(verbs, ['bind', 'impersonate', 'escalate']), 'widen rights'),
  },
  'rbac-no-volumes': {
    title: 'No role makes persistent volumes',
    severity: 'medium',
    why: 'A volume can be any folder of a node.',
    remedy: roleRemedy,
    judge: roles(
      ({ resources, verbs }) =>
        withSubresource(resources, 'persistentvolumes') && verbsAmong(verbs, ['create', 'update', 'patch']),
      'make volumes',
    ),
  },
  'rbac-no-node-proxy': {
    title: 'No role speaks to nodes directly',
    severity: 'high',
    why: 'It reaches every container, past the audit log.',
    remedy: roleRemedy,
    judge: roles(({ resources }) => withSubresource(resources, 'nodes/proxy'), 'use nodes/proxy'),
  },
  'rbac-no-webhooks': {
    title: 'No role changes admission webhooks',
    severity: 'high',
    why: 'A webhook sees and changes everything.',
    remedy: roleRemedy,
    judge: roles(
      ({ resources, verbs }) =>
        ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'].some((one) =>
          withSubresource(resources, one),
        ) && verbsAmong(verbs, ['create', 'update', 'patch', 'delete']),
      'change webhooks',
    ),
  },
  'rbac-no-tokens': {
    title: 'No role makes tokens of service accounts',
    severity: 'high',
    why: 'A token is the account’s rights, to be carried away.',
    remedy: roleRemedy,
    judge: roles(
      ({ resources, verbs }) =>
        withSubresource(resources, 'serviceaccounts/token') && verbsAmong(verbs, ['create']),
      'make tokens',
    ),
  },
  'rbac-no-cluster-admin': {
    title: 'Nobody is bound to cluster-admin',
    severity: 'critical',
    why: 'It is every right in every namespace, and none of ours need it.',
    remedy: 'Bind one of Holdfast’s own roles (docs/access.md).',
    judge: (environment) => {
      const all = [
        ...environment.all('kubernetes_cluster_role_binding_v1'),
        ...environment.all('kubernetes_role_binding_v1'),
      ];
      if (all.length === 0) return { notApplicable: `${environment.name} has no binding` };
      return all.map((binding) =>
        found(
          binding,
          is(binding.values.role_ref?.name !== 'cluster-admin', 'role', binding.values.role_ref?.name),
        ),
      );
    },
  },
  'accounts-no-token': {
    title: 'Service accounts hand out no token by themselves',
    severity: 'medium',
    why: 'Pods that never ask the API would carry one.',
    remedy: 'automount_service_account_token: false on the account.',
    judge: each('kubernetes_service_account_v1', ({ values }) =>
      is(
        values.automount_service_account_token === false,
        'automount_service_account_token',
        values.automount_service_account_token,
      ),
    ),
  },
} satisfies Evaluators;
