import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import {
  type AdmissionRule,
  bindingSpec,
  type Guest,
  noPrivileges,
  ownImages,
  policySpec,
  requiredLabels,
} from './admission-rules';
import { platformLabels, privilegedNamespaces } from './names';

/** On everything that runs in a namespace of ours. */
export const labelsOfWorkloads: readonly string[] = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/component',
  'owner',
];

export interface AdmissionPoliciesProps {
  /** Host of our registry, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com. */
  readonly registry: string;
  /** Namespaces of Holdfast's own workloads. */
  readonly ownNamespaces: readonly string[];
  /** Who may bring a pod of another registry there. Default: nobody. */
  readonly guest?: Guest;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * What nobody gets past, whatever their rights: held by the Kubernetes API itself, so there is no webhook that could be
 * down. They look at what is made or changed from then on, not at what runs already.
 */
export class AdmissionPolicies extends Construct {
  constructor(scope: Construct, id: string, props: AdmissionPoliciesProps) {
    super(scope, id);
    const rules = [
      ownImages(props.registry, props.ownNamespaces, props.guest),
      noPrivileges(privilegedNamespaces),
      requiredLabels(labelsOfWorkloads, props.ownNamespaces, props.guest),
    ];
    new RawObjects(this, 'objects', {
      releaseName: 'admission-policies',
      namespace: 'kube-system',
      objects: rules.flatMap(objects),
      dependsOn: props.dependsOn,
    });
  }
}

const objects = (rule: AdmissionRule): KubernetesObject[] => [
  { ...header('ValidatingAdmissionPolicy', rule.name), spec: policySpec(rule) },
  { ...header('ValidatingAdmissionPolicyBinding', rule.name), spec: bindingSpec(rule) },
];

const header = (kind: string, name: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name, labels: platformLabels('admission') },
});
