import type { KubernetesObject } from '../kubernetes/raw-objects';
import { platformLabels } from './names';

/** A team that deploys its services itself. */
export interface ServiceTeam {
  /** Project, and the beginning of the names of its namespaces. Changing it takes everything that it deployed away. */
  readonly name: string;
  /** Group of the sign-on provider whose members see and sync its applications. */
  readonly group: string;
  /** Repositories that it may deploy from; each folder below `path` is one application. */
  readonly repositories: readonly {
    readonly url: string;
    /** Branch, tag or commit. */
    readonly revision: string;
    /** Folder whose sub-folders are applications. */
    readonly path: string;
  }[];
}

/** What a team is allowed, and what makes an application of each folder in its repositories. */
export const teamObjects = (team: ServiceTeam, namespace: string): KubernetesObject[] => [
  project(team, namespace),
  applications(team, namespace),
];

const labels = platformLabels('argocd');

/** Only its own repositories, only its own namespaces, and nothing that could widen either. */
const project = (team: ServiceTeam, namespace: string): KubernetesObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: team.name, namespace, labels },
  spec: {
    description: `Services of ${team.name}`,
    sourceRepos: team.repositories.map(({ url }) => url),
    destinations: [{ server: 'https://kubernetes.default.svc', namespace: `${team.name}-*` }],
    clusterResourceWhitelist: [],
    namespaceResourceBlacklist: ['ResourceQuota', 'LimitRange', 'NetworkPolicy']
      .map((kind) => ({ group: kind === 'NetworkPolicy' ? 'networking.k8s.io' : '', kind }))
      .concat(['Role', 'RoleBinding'].map((kind) => ({ group: 'rbac.authorization.k8s.io', kind }))),
    roles: [
      {
        name: 'member',
        description: 'Sees the team’s applications and syncs them.',
        groups: [team.group],
        policies: ['get', 'sync'].map(
          (action) => `p, proj:${team.name}:member, applications, ${action}, ${team.name}/*, allow`,
        ),
      },
    ],
  },
});

/** `{{…}}` is Argo CD's: the raw chart prints its values without reading them as templates. */
const applications = (team: ServiceTeam, namespace: string): KubernetesObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ApplicationSet',
  metadata: { name: team.name, namespace, labels },
  spec: {
    goTemplate: true,
    goTemplateOptions: ['missingkey=error'],
    generators: team.repositories.map(({ url, revision, path }) => ({
      git: {
        repoURL: url,
        revision,
        directories: [{ path: `${path}/*` }],
        values: { repository: url, revision },
      },
    })),
    // A folder that goes takes its application along, and the application what it deployed.
    syncPolicy: { preserveResourcesOnDeletion: false },
    template: {
      metadata: {
        name: `${team.name}-{{.path.basenameNormalized}}`,
        finalizers: ['resources-finalizer.argocd.argoproj.io'],
      },
      spec: {
        project: team.name,
        source: {
          repoURL: '{{.values.repository}}',
          targetRevision: '{{.values.revision}}',
          path: '{{.path.path}}',
        },
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: `${team.name}-{{.path.basenameNormalized}}`,
        },
        syncPolicy: {
          automated: { prune: true, selfHeal: true },
          syncOptions: ['CreateNamespace=true', 'ServerSideApply=true'],
          managedNamespaceMetadata: {
            labels: {
              'pod-security.kubernetes.io/enforce': 'restricted',
              'pod-security.kubernetes.io/warn': 'restricted',
            },
          },
        },
      },
    },
  },
});
