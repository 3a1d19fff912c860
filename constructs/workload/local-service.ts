import { PersistentVolumeClaimV1 } from '@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1';
import { Construct } from 'constructs';
import type { FlagOverrides, PlainSettingsInput } from '../../app/src/contract';
import { ServiceFoundation } from './foundation';
import { sharedLabels } from './labels';
import { objectNames } from './layout';
import { serviceNamespace } from './names';
import { WorkloadNetworkPolicy } from './network-policies';
import type { Resources } from './pod-template';
import { ServiceRole } from './service-role';

export interface LocalServiceProps {
  readonly settings: PlainSettingsInput;
  readonly flags: FlagOverrides;
  /** Image that the cluster's node already holds, such as `holdfast:local`. */
  readonly image: string;
  readonly resources: Resources;
  readonly drainDelaySeconds: number;
}

/** The three roles in one process, which alone may open the embedded database on its volume. */
export class LocalService extends Construct {
  constructor(scope: Construct, id: string, props: LocalServiceProps) {
    super(scope, id);
    const owner = 'local';
    const foundation = new ServiceFoundation(this, 'foundation', {
      owner,
      podSecurityVersion: 'latest',
      settings: props.settings,
      flags: props.flags,
    });
    const common = { namespace: serviceNamespace, owner, dependsOn: foundation.ready };

    const claim = new PersistentVolumeClaimV1(this, 'database', {
      metadata: {
        name: objectNames.databaseClaim,
        namespace: serviceNamespace,
        labels: sharedLabels(owner),
      },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      // Most storage classes make the volume when its first pod is scheduled, which comes after.
      waitUntilBound: false,
      dependsOn: [...foundation.ready],
    });
    const policy = new WorkloadNetworkPolicy(this, 'network-policy', {
      ...common,
      component: 'all',
      openPorts: ['public'],
      egress: [],
    });
    new ServiceRole(this, 'all', {
      ...common,
      role: 'all',
      image: props.image,
      version: 'local',
      configuration: foundation.configuration,
      secrets: [],
      resources: props.resources,
      // Two processes on one directory silently lose rows: never two, not even while the one replaces the other.
      replicas: 1,
      autoscaled: false,
      update: 'recreate',
      drainDelaySeconds: props.drainDelaySeconds,
      dataClaim: objectNames.databaseClaim,
      // A laptop's monitoring is deployed on request, and then finds it.
      monitored: true,
      startAfter: [policy.policy, claim],
    });
  }
}
