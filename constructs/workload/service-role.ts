import { DeploymentV1, type DeploymentV1SpecStrategy } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ports, probes, type RoleName, roles, terminationGracePeriodSeconds } from '../../app/src/contract';
import type { FailoverRecord } from '../edge/failover';
import { PublicRoutes } from '../edge/public-routes';
import { matchesOf } from '../edge/route-matches';
import type { Configuration } from './configuration';
import { selectorLabels, versionLabel, workloadLabels } from './labels';
import type { MountedSecret } from './layout';
import { serviceAccountName, workloadName } from './names';
import { placement, podTemplate, type Resources } from './pod-template';
import { RoleServices } from './role-services';

export interface ServiceRoleProps {
  readonly role: RoleName;
  readonly namespace: string;
  readonly owner: string;
  readonly image: string;
  /** For the version label: the image's tag or the first digits of its digest. */
  readonly version: string;
  readonly configuration: Configuration;
  readonly secrets: readonly MountedSecret[];
  readonly resources: Resources;
  readonly replicas: number;
  /** Whether an autoscaler takes over from `replicas`; otherwise Terraform puts a changed number back. */
  readonly autoscaled: boolean;
  /** Seconds between failing readiness and closing the listener. */
  readonly drainDelaySeconds: number;
  /**
   * rolling: new pods before old ones go. recreate: the old one goes first, for a role whose volume takes one process
   * only. Default: rolling.
   */
  readonly update?: 'rolling' | 'recreate';
  /** Claim of the volume for the embedded database; default: none. */
  readonly dataClaim?: string;
  readonly priorityClass?: string;
  /** Whether a Service offers the management port to Prometheus. */
  readonly monitored: boolean;
  /** Names under which the world asks for what the role answers. Default: none, nothing leads to it from outside. */
  readonly hostnames?: readonly string[];
  /** Which of two regions the names lead to. Default: there is one. */
  readonly records?: FailoverRecord;
  readonly dependsOn: readonly ITerraformDependable[];
  /** What the pods, but not their Services, wait for besides: the network they need, the migration. */
  readonly startAfter: readonly ITerraformDependable[];
}

/** One role of the service: who it is, what runs, and how it is reached. */
export class ServiceRole extends Construct {
  readonly deployment: DeploymentV1;

  constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id);
    const role = roles[props.role];
    const name = workloadName(props.role);
    const metadata = {
      name,
      namespace: props.namespace,
      labels: workloadLabels(props.role, name, props.owner),
    };
    const account = new ServiceAccountV1(this, 'service-account', {
      metadata: { ...metadata, name: serviceAccountName(props.role) },
      automountServiceAccountToken: false,
      dependsOn: [...props.dependsOn],
    });
    // Before the pods: the load balancer controller gives a pod its readiness gate when the pod is made.
    const services = new RoleServices(this, 'services', {
      role: props.role,
      metadata,
      monitored: props.monitored,
      dependsOn: props.dependsOn,
    });

    const matches = matchesOf(props.role);
    const routes =
      props.hostnames && matches.length > 0
        ? new PublicRoutes(this, 'routes', {
            ...metadata,
            hostnames: props.hostnames,
            records: props.records,
            matches,
            port: ports.public,
            health: { ...probes.readiness, port: ports[probes.readiness.port] },
            drainDelaySeconds: props.drainDelaySeconds,
            dependsOn: [...props.dependsOn, ...services.all],
          })
        : undefined;

    const labels = { ...metadata.labels, ...versionLabel(props.version) };
    this.deployment = new DeploymentV1(this, 'deployment', {
      metadata: { ...metadata, labels },
      spec: {
        replicas: String(props.replicas),
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: 600,
        strategy: strategy(props.update ?? 'rolling'),
        selector: { matchLabels: selectorLabels(props.role) },
        template: {
          metadata: {
            labels,
            annotations: { 'checksum/config': props.configuration.settingsChecksum },
          },
          spec: {
            ...podTemplate({
              component: props.role,
              serviceAccount: serviceAccountName(props.role),
              image: props.image,
              command: role.command,
              args: role.args,
              ports: role.ports,
              resources: props.resources,
              secrets: props.secrets,
              dataClaim: props.dataClaim,
              priorityClass: props.priorityClass,
              terminationGracePeriodSeconds: terminationGracePeriodSeconds(props.drainDelaySeconds),
            }),
            ...placement(selectorLabels(props.role)),
          },
        },
      },
      // The autoscaler's number is not drift.
      lifecycle: props.autoscaled ? { ignoreChanges: ['spec[0].replicas'] } : undefined,
      waitForRollout: true,
      // Above the progress deadline, so that Kubernetes' own reason is what Terraform prints.
      timeouts: { create: '15m', update: '15m', delete: '10m' },
      dependsOn: [
        account,
        props.configuration.settings,
        props.configuration.flags,
        ...services.all,
        ...(routes ? [routes.release] : []),
        ...props.dependsOn,
        ...props.startAfter,
      ],
    });
  }
}

/** Of its replicas, how many an update may start before it ends any. */
export const surgeShare = 0.25;

const strategy = (update: 'rolling' | 'recreate'): DeploymentV1SpecStrategy =>
  update === 'recreate'
    ? { type: 'Recreate' }
    : { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '0', maxSurge: `${surgeShare * 100}%` } };
