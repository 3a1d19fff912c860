import type { Construct } from 'constructs';
import { charts } from './charts';
import { Controller, type ControllerPlace } from './controller';
import {
  type ContainerResources,
  type ContainerSecurity,
  containerSecurity,
  controllerPriority,
  type PodSecurity,
  podSecurity,
  resources,
} from './hardening';
import { namespaces } from './names';

type ComponentValues = {
  readonly replicaCount: number;
  readonly resources: ContainerResources;
  readonly securityContext: PodSecurity;
  readonly containerSecurityContext: ContainerSecurity;
  readonly podDisruptionBudget: { readonly enabled: true; readonly maxUnavailable: number };
};
export type CertManagerValues = ComponentValues & {
  readonly global: {
    readonly priorityClassName: string;
    /** Where the replicas agree on their leader; the default, kube-system, is nobody's business. */
    readonly leaderElection: { readonly namespace: string };
  };
  readonly crds: { readonly enabled: true; readonly keep: true };
  readonly webhook: ComponentValues & { readonly timeoutSeconds: number };
  readonly cainjector: ComponentValues;
  readonly startupapicheck: {
    readonly resources: ContainerResources;
    readonly securityContext: PodSecurity;
    readonly containerSecurityContext: ContainerSecurity;
  };
  readonly prometheus: { readonly enabled: true; readonly servicemonitor: { readonly enabled: false } };
};

/** Certificates for what runs inside the cluster; what the internet sees has ACM's. */
export class CertManager extends Controller<CertManagerValues> {
  constructor(scope: Construct, id: string, place: ControllerPlace) {
    super(scope, id, {
      ...place,
      chart: charts.certManager,
      releaseName: 'cert-manager',
      namespace: namespaces.certManager,
      ports: { apiServerPorts: [10250], metricsPorts: [9402] },
      values: values(namespaces.certManager),
    });
  }
}

const component = (replicaCount: number, size: ContainerResources): ComponentValues => ({
  replicaCount,
  resources: size,
  securityContext: podSecurity,
  containerSecurityContext: containerSecurity,
  podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
});

const values = (namespace: string): CertManagerValues => ({
  ...component(2, resources('25m', '96Mi', '256Mi')),
  global: { priorityClassName: controllerPriority, leaderElection: { namespace } },
  crds: { enabled: true, keep: true },
  // Three: while it is away no certificate can be changed. The API waits for it up to ten seconds.
  webhook: { ...component(3, resources('25m', '48Mi', '128Mi')), timeoutSeconds: 10 },
  cainjector: component(2, resources('25m', '96Mi', '384Mi')),
  startupapicheck: {
    resources: resources('10m', '32Mi', '64Mi'),
    securityContext: podSecurity,
    containerSecurityContext: containerSecurity,
  },
  prometheus: { enabled: true, servicemonitor: { enabled: false } },
});
