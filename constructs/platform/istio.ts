import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { PrivilegedNamespace, type RestrictedNamespaceProps } from '../kubernetes/restricted-namespace';
import { ChartRelease } from './chart-release';
import { charts } from './charts';
import { ControllerNetwork } from './controller-network';
import { type ContainerResources, resources } from './hardening';
import { namespaces } from './names';

/** `additionalAnnotations` don't exist here: the chart's own templates mark the kinds as kept. */
export type IstioBaseValues = { readonly defaultRevision: 'default' };
export type IstiodValues = {
  readonly profile: 'ambient';
  readonly autoscaleMin: number;
  readonly autoscaleMax: number;
  readonly resources: ContainerResources;
  readonly seccompProfile: { readonly type: 'RuntimeDefault' };
  readonly global: { readonly defaultPodDisruptionBudget: { readonly enabled: true } };
};
export type IstioCniValues = {
  readonly profile: 'ambient';
  readonly resources: ContainerResources;
};
export type ZtunnelValues = {
  readonly resources: ContainerResources;
  readonly terminationGracePeriodSeconds: number;
};

/** Puts a namespace's pods into the mesh: their traffic among each other is encrypted, and each side knows the other. */
export const meshLabels = { 'istio.io/dataplane-mode': 'ambient' } as const;

export interface IstioProps {
  readonly vpcCidr: string;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Mutual TLS between pods by an agent on each node (Istio's ambient mode), without anything inside the pods. Kinds first,
 * then who decides, then what carries: the agents wait for their configuration.
 */
export class Istio extends Construct {
  /** Namespaces join the mesh after it; otherwise their first pods would stay outside. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: IstioProps) {
    super(scope, id);
    const namespace = namespaces.istio;
    // The agents change the network of other pods: nothing less than privileged will do.
    const home = new PrivilegedNamespace(this, 'namespace', {
      name: namespace,
      podSecurityVersion: props.podSecurityVersion,
    });
    const network = new ControllerNetwork(this, 'network', {
      namespace,
      vpcCidr: props.vpcCidr,
      apiServerPorts: [15017],
      metricsPorts: [15014, 15020],
      dependsOn: [home.resource],
    });
    const base = new ChartRelease(this, 'base', {
      chart: charts.istioBase,
      releaseName: 'istio-base',
      namespace,
      values: { defaultRevision: 'default' },
      dependsOn: [home.resource, ...network.policies, ...props.dependsOn],
    });
    const control = new ChartRelease(this, 'istiod', {
      chart: charts.istiod,
      releaseName: 'istiod',
      namespace,
      values: {
        profile: 'ambient',
        autoscaleMin: 2,
        autoscaleMax: 5,
        resources: resources('100m', '512Mi', '1Gi'),
        seccompProfile: { type: 'RuntimeDefault' },
        global: { defaultPodDisruptionBudget: { enabled: true } },
      },
      dependsOn: [base.release],
    });
    const cni = new ChartRelease(this, 'cni', {
      chart: charts.istioCni,
      releaseName: 'istio-cni',
      namespace,
      values: { profile: 'ambient', resources: resources('50m', '96Mi', '256Mi') },
      dependsOn: [control.release],
    });
    const tunnel = new ChartRelease(this, 'ztunnel', {
      chart: charts.ztunnel,
      releaseName: 'ztunnel',
      namespace,
      values: {
        resources: resources('100m', '128Mi', '512Mi'),
        // Connections through it end with it: above the longest drain of a workload.
        terminationGracePeriodSeconds: 90,
      },
      dependsOn: [cni.release],
    });
    this.ready = tunnel.release;
  }
}
