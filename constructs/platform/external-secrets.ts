import type { Construct } from 'constructs';
import { charts } from './charts';
import { Controller, type ControllerPlace } from './controller';
import {
  type ContainerResources,
  type ContainerSecurity,
  containerSecurity,
  controllerPriority,
  type KeptCrds,
  keptCrds,
  type PodSecurity,
  podSecurity,
  resources,
} from './hardening';
import { controllers } from './names';

/** The three Deployments of the chart take the same settings. */
type ComponentValues = {
  readonly replicaCount: number;
  readonly resources: ContainerResources;
  readonly podSecurityContext: PodSecurity & { readonly enabled: true };
  readonly securityContext: ContainerSecurity & { readonly enabled: true; readonly runAsUser: number };
  readonly podDisruptionBudget: { readonly enabled: true; readonly maxUnavailable: number };
  readonly priorityClassName: string;
};
export type ExternalSecretsValues = ComponentValues & {
  readonly global: {
    readonly topologySpreadConstraints: readonly {
      readonly maxSkew: number;
      readonly topologyKey: string;
      readonly whenUnsatisfiable: 'ScheduleAnyway';
      readonly matchLabelKeys: readonly string[];
    }[];
  };
  readonly installCRDs: true;
  readonly crds: KeptCrds;
  /** Without it two replicas would both write. */
  readonly leaderElect: true;
  readonly serviceAccount: { readonly create: true; readonly name: string };
  readonly livenessProbe: { readonly enabled: true };
  readonly readinessProbe: { readonly enabled: true };
  readonly processClusterExternalSecret: false;
  readonly processPushSecret: false;
  readonly processClusterPushSecret: false;
  readonly processClusterGenerator: false;
  readonly serviceMonitor: { readonly enabled: false };
  readonly webhook: ComponentValues;
  readonly certController: ComponentValues;
};

/**
 * The controller that turns entries of Secrets Manager into Kubernetes Secrets. Its service account is bound to an IAM
 * role by Pod Identity in the cluster stack.
 */
export class ExternalSecrets extends Controller<ExternalSecretsValues> {
  constructor(scope: Construct, id: string, place: ControllerPlace) {
    const { namespace, serviceAccount } = controllers.externalSecrets;
    super(scope, id, {
      ...place,
      chart: charts.externalSecrets,
      releaseName: 'external-secrets',
      namespace,
      ports: { apiServerPorts: [10250], metricsPorts: [8080] },
      values: values(serviceAccount),
    });
  }
}

const component = (size: ContainerResources): ComponentValues => ({
  replicaCount: 2,
  resources: size,
  podSecurityContext: { enabled: true, ...podSecurity },
  securityContext: { enabled: true, runAsUser: 1000, ...containerSecurity },
  podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
  priorityClassName: controllerPriority,
});

const spread = (topologyKey: string) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway' as const,
  matchLabelKeys: ['pod-template-hash'],
});

const values = (serviceAccount: string): ExternalSecretsValues => ({
  ...component(resources('50m', '128Mi', '256Mi')),
  global: {
    topologySpreadConstraints: [spread('topology.kubernetes.io/zone'), spread('kubernetes.io/hostname')],
  },
  installCRDs: true,
  crds: keptCrds,
  leaderElect: true,
  serviceAccount: { create: true, name: serviceAccount },
  livenessProbe: { enabled: true },
  readinessProbe: { enabled: true },
  // What nobody uses needs no rights: without these the controller may not write to namespaces or to AWS.
  processClusterExternalSecret: false,
  processPushSecret: false,
  processClusterPushSecret: false,
  processClusterGenerator: false,
  // The observability stack decides what is scraped.
  serviceMonitor: { enabled: false },
  webhook: component(resources('25m', '64Mi', '128Mi')),
  certController: component(resources('25m', '64Mi', '192Mi')),
});
