import { EksPodIdentityAssociation } from '@cdktf/provider-aws/lib/eks-pod-identity-association';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { arnIn, type Place } from './place';
import { type Statement, trustPolicy } from './policy';
import { Role } from './role';

export interface PodRoleProps extends Place {
  /** At most 64 characters, unique in the account. Changing it replaces the role: its pods fail until they restart. */
  readonly roleName: string;
  readonly description: string;
  /** Written out, so that the trust policy shows whom it trusts. */
  readonly clusterName: string;
  /** Namespace and service account whose pods, and no others, get the role. */
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Names of AWS's own policies. Default: none. */
  readonly managedPolicies?: readonly string[];
  readonly statements?: readonly Statement[];
}

/** A role for the pods of one service account; an add-on brings the association itself, others use PodIdentity. */
export class PodRole extends Role {
  constructor(scope: Construct, id: string, props: PodRoleProps) {
    super(scope, id, {
      name: props.roleName,
      description: props.description,
      // The association alone decides who gets the role; the tags that EKS puts on the session decide it once more,
      // so that nobody who may make associations can hand this role to other pods.
      trust: trustPolicy('pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession'], {
        StringEquals: {
          'aws:RequestTag/eks-cluster-arn': arnIn(props, 'eks', `cluster/${props.clusterName}`),
          'aws:RequestTag/kubernetes-namespace': props.namespace,
          'aws:RequestTag/kubernetes-service-account': props.serviceAccount,
        },
      }),
      managedPolicies: props.managedPolicies,
      statements: props.statements,
    });
  }
}

export interface PodIdentityProps extends PodRoleProps {
  /** The cluster's name as known at apply: the association waits for the cluster. */
  readonly cluster: string;
}

/** Gives the pods of one service account a role of their own: EKS Pod Identity. */
export class PodIdentity extends Construct {
  readonly role: PodRole;
  /** Pods that start after it have the role from their first second on. */
  readonly association: ITerraformDependable;

  constructor(scope: Construct, id: string, props: PodIdentityProps) {
    super(scope, id);
    this.role = new PodRole(this, 'role', props);
    this.association = new EksPodIdentityAssociation(this, 'association', {
      clusterName: props.cluster,
      namespace: props.namespace,
      serviceAccount: props.serviceAccount,
      roleArn: this.role.arn,
      dependsOn: this.role.permissions,
    });
  }
}
