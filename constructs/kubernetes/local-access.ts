import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import type { Construct } from 'constructs';

export interface LocalCluster {
  /** Context of the kubeconfig. Default: the current one. */
  readonly kubeContext?: string;
  /** File of the kubeconfig. Default: kubectl's own. */
  readonly kubeConfig?: string;
}

const access = ({ kubeContext, kubeConfig = '~/.kube/config' }: LocalCluster) => ({
  configPath: kubeConfig,
  configContext: kubeContext,
});

/** Talks to the cluster of a context of the kubeconfig. */
export const useLocalKubernetes = (scope: Construct, cluster: LocalCluster): KubernetesProvider =>
  new KubernetesProvider(scope, 'kubernetes', access(cluster));

/** The same cluster, for charts. */
export const useLocalHelm = (scope: Construct, cluster: LocalCluster): HelmProvider =>
  new HelmProvider(scope, 'helm', { kubernetes: access(cluster) });
