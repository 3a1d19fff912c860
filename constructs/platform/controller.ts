import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { TfValue } from '../core/tf-json';
import { RestrictedNamespace, type RestrictedNamespaceProps } from '../kubernetes/restricted-namespace';
import { ChartRelease, type ChartReleaseProps } from './chart-release';
import { ControllerNetwork, type ControllerNetworkProps } from './controller-network';

/** What every controller is told, whatever it does. */
export interface ControllerPlace {
  /** Address range of the VPC; may be filled in by Terraform. */
  readonly vpcCidr: string;
  /** Kubernetes version whose Pod Security standard its namespace keeps. */
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  /** Releases that have to be there before the chart; the namespace and its rules wait for nothing. */
  readonly dependsOn: readonly ITerraformDependable[];
}

export interface ControllerProps<Values extends { readonly [key: string]: TfValue }>
  extends ControllerPlace,
    Omit<ChartReleaseProps<Values>, 'dependsOn'> {
  /** Who may ask it, and whom it may ask besides HTTPS. Default: nobody. */
  readonly ports?: Pick<ControllerNetworkProps, 'apiServerPorts' | 'metricsPorts' | 'egressPorts'>;
}

/** A chart in a namespace of its own, which admits restricted pods alone and is closed but for the ports that are named. */
export class Controller<Values extends { readonly [key: string]: TfValue }> extends Construct {
  readonly release: ChartRelease<Values>;

  constructor(scope: Construct, id: string, props: ControllerProps<Values>) {
    super(scope, id);
    const { vpcCidr, podSecurityVersion, ports, dependsOn, ...chart } = props;
    const { resource } = new RestrictedNamespace(this, 'namespace', {
      name: chart.namespace,
      podSecurityVersion,
    });
    const { policies } = new ControllerNetwork(this, 'network', {
      ...ports,
      namespace: chart.namespace,
      vpcCidr,
      dependsOn: [resource],
    });
    this.release = new ChartRelease(this, 'chart', {
      ...chart,
      dependsOn: [resource, ...policies, ...dependsOn],
    });
  }
}
