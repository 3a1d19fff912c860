import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { exporter, terminationGracePeriodSeconds } from '../../app/src/contract';
import type { Configuration } from './configuration';
import { selectorLabels, versionLabel, workloadLabels } from './labels';
import { managementServiceName, serviceAccountName, workloadName } from './names';
import { placement, podTemplate, type Resources } from './pod-template';
import { servicePort } from './role-services';

/** Counted in the namespace's quota, too. */
export const exporterResources: Resources = { cpuMillis: 50, memoryMiB: 192 };

export interface StoreExporterProps {
  readonly namespace: string;
  readonly owner: string;
  readonly image: string;
  readonly version: string;
  readonly configuration: Configuration;
  readonly priorityClass: string;
  /** Of the service's roles; it has nothing to drain, but Kubernetes' patience is the same for all pods. */
  readonly drainDelaySeconds: number;
  readonly dependsOn: readonly ITerraformDependable[];
  /** What the pod waits for besides: the network it needs, the migration that makes its login. */
  readonly startAfter: readonly ITerraformDependable[];
}

/**
 * The service's image as the process that asks PostgreSQL and Valkey how they are. One pod, without a disruption budget:
 * two would report everything twice, and for the minute that it moves to another node nobody misses its figures.
 */
export class StoreExporter extends Construct {
  readonly deployment: DeploymentV1;

  constructor(scope: Construct, id: string, props: StoreExporterProps) {
    super(scope, id);
    const name = workloadName('exporter');
    const { namespace } = props;
    const metadata = { name, namespace, labels: workloadLabels('exporter', name, props.owner) };
    const account = new ServiceAccountV1(this, 'service-account', {
      metadata: { ...metadata, name: serviceAccountName('exporter') },
      automountServiceAccountToken: false,
      dependsOn: [...props.dependsOn],
    });
    const service = new ServiceV1(this, 'management', {
      metadata: { ...metadata, name: managementServiceName('exporter') },
      spec: {
        selector: selectorLabels('exporter'),
        clusterIp: 'None',
        publishNotReadyAddresses: true,
        port: exporter.ports.map(servicePort),
      },
      dependsOn: [...props.dependsOn],
    });
    const labels = { ...metadata.labels, ...versionLabel(props.version) };
    this.deployment = new DeploymentV1(this, 'deployment', {
      metadata: { ...metadata, labels },
      spec: {
        replicas: '1',
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: 600,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selectorLabels('exporter') },
        template: {
          metadata: {
            labels,
            annotations: { 'checksum/config': props.configuration.settingsChecksum },
          },
          spec: {
            ...podTemplate({
              component: 'exporter',
              serviceAccount: serviceAccountName('exporter'),
              image: props.image,
              command: exporter.command,
              args: exporter.args,
              ports: exporter.ports,
              resources: exporterResources,
              secrets: [],
              priorityClass: props.priorityClass,
              terminationGracePeriodSeconds: terminationGracePeriodSeconds(props.drainDelaySeconds),
            }),
            ...placement(selectorLabels('exporter')),
          },
        },
      },
      waitForRollout: true,
      timeouts: { create: '15m', update: '15m', delete: '10m' },
      dependsOn: [
        account,
        service,
        props.configuration.settings,
        props.configuration.flags,
        ...props.dependsOn,
        ...props.startAfter,
      ],
    });
  }
}
