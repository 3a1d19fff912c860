import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type PortName, ports, type RoleName, roles } from '../../app/src/contract';
import { selectorLabels } from './labels';
import { managementServiceName } from './names';

/** Label by which monitoring finds the Services of the management port. */
export const managementServiceLabel = { 'holdfast/port': 'management' } as const;

export interface RoleServicesProps {
  readonly role: RoleName;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
  readonly monitored: boolean;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * A Service for the public port, which routes may name, and a headless one of its own for the management port, which
 * they may not: Prometheus asks each pod by it.
 */
export class RoleServices extends Construct {
  readonly all: readonly ServiceV1[];

  constructor(scope: Construct, id: string, props: RoleServicesProps) {
    super(scope, id);
    const offered: readonly PortName[] = roles[props.role].ports;
    const { metadata } = props;
    const services: ServiceV1[] = [];
    if (offered.includes('public')) {
      services.push(
        new ServiceV1(this, 'public', {
          metadata,
          spec: { selector: selectorLabels(props.role), port: [servicePort('public')] },
          dependsOn: [...props.dependsOn],
        }),
      );
    }
    if (props.monitored) {
      services.push(
        new ServiceV1(this, 'management', {
          metadata: {
            ...metadata,
            name: managementServiceName(props.role),
            labels: { ...metadata.labels, ...managementServiceLabel },
          },
          spec: {
            selector: selectorLabels(props.role),
            clusterIp: 'None',
            // Pods that start or drain are worth watching too.
            publishNotReadyAddresses: true,
            port: [servicePort('management')],
          },
          dependsOn: [...props.dependsOn],
        }),
      );
    }
    this.all = services;
  }
}

/** The same number on both sides: network policies see the pod's, people write the Service's. */
export const servicePort = (name: PortName) => ({
  name,
  port: ports[name],
  targetPort: String(ports[name]),
  protocol: 'TCP',
});
