import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RestrictedNamespace, type RestrictedNamespaceProps } from '../kubernetes/restricted-namespace';
import { ChartRelease } from './chart-release';
import { charts } from './charts';
import { ControllerNetwork } from './controller-network';
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

export interface CertManagerProps {
  readonly vpcCidr: string;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Certificates for what runs inside the cluster; what the internet sees has ACM's. */
export class CertManager extends Construct {
  readonly release: ChartRelease<CertManagerValues>;

  constructor(scope: Construct, id: string, props: CertManagerProps) {
    super(scope, id);
    const namespace = namespaces.certManager;
    const home = new RestrictedNamespace(this, 'namespace', {
      name: namespace,
      podSecurityVersion: props.podSecurityVersion,
    });
    const network = new ControllerNetwork(this, 'network', {
      namespace,
      vpcCidr: props.vpcCidr,
      apiServerPorts: [10250],
      metricsPorts: [9402],
      dependsOn: [home.resource],
    });
    this.release = new ChartRelease(this, 'chart', {
      chart: charts.certManager,
      releaseName: 'cert-manager',
      namespace,
      values: values(namespace),
      dependsOn: [home.resource, ...network.policies, ...props.dependsOn],
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
