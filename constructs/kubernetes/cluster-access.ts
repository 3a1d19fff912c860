import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { Fn } from 'cdktf';
import type { Construct } from 'constructs';

export interface ClusterAccess {
  readonly clusterName: string;
  /** URL of the Kubernetes API. */
  readonly endpoint: string;
  /** Certificate authority of the API, PEM in base64. */
  readonly certificateAuthority: string;
  readonly region: string;
  /** Role that Terraform deploys as; default: the caller's own credentials. */
  readonly deployRoleArn?: string;
}

/** A token is fetched whenever one is needed: one from a data source is 15 minutes old by the end of a long apply. */
const token = (access: ClusterAccess) => ({
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command: 'aws',
  args: [
    'eks',
    'get-token',
    '--cluster-name',
    access.clusterName,
    '--region',
    access.region,
    '--output',
    'json',
    ...(access.deployRoleArn ? ['--role-arn', access.deployRoleArn] : []),
  ],
});

/** Talks to an EKS cluster that another stack made. Needs the AWS CLI where Terraform runs. */
export const useKubernetes = (scope: Construct, access: ClusterAccess): KubernetesProvider =>
  new KubernetesProvider(scope, 'kubernetes', {
    host: access.endpoint,
    clusterCaCertificate: Fn.base64decode(access.certificateAuthority),
    exec: [token(access)],
  });

/** The same cluster, for charts. */
export const useHelm = (scope: Construct, access: ClusterAccess): HelmProvider =>
  new HelmProvider(scope, 'helm', {
    kubernetes: {
      host: access.endpoint,
      clusterCaCertificate: Fn.base64decode(access.certificateAuthority),
      exec: token(access),
    },
  });
