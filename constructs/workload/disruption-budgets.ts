import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { RoleName } from '../../app/src/contract';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import { selectorLabels, sharedLabels } from './labels';
import { workloadName } from './names';

export interface DisruptionBudgetsProps {
  readonly roles: readonly RoleName[];
  readonly namespace: string;
  readonly owner: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** One replica of each role at a time may go when nodes are drained. */
export class DisruptionBudgets extends Construct {
  constructor(scope: Construct, id: string, props: DisruptionBudgetsProps) {
    super(scope, id);
    new RawObjects(this, 'objects', {
      releaseName: 'holdfast-disruption-budgets',
      namespace: props.namespace,
      objects: props.roles.map((role) => disruptionBudget(role, props)),
      dependsOn: props.dependsOn,
    });
  }
}

const disruptionBudget = (
  role: RoleName,
  { namespace, owner }: Pick<DisruptionBudgetsProps, 'namespace' | 'owner'>,
): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: {
    name: workloadName(role),
    namespace,
    labels: { ...sharedLabels(owner), ...selectorLabels(role) },
  },
  spec: {
    maxUnavailable: 1,
    // A broken pod never holds a drain up. The Kubernetes provider can't write this field.
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
    selector: { matchLabels: selectorLabels(role) },
  },
});
