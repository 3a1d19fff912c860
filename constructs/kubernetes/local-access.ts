import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import type { Construct } from 'constructs';

const configPath = '~/.kube/config';

/** Talks to the cluster of a context of the kubeconfig. Default: the current one. */
export const useLocalKubernetes = (scope: Construct, configContext?: string): KubernetesProvider =>
  new KubernetesProvider(scope, 'kubernetes', { configPath, configContext });

/** The same cluster, for charts. */
export const useLocalHelm = (scope: Construct, configContext?: string): HelmProvider =>
  new HelmProvider(scope, 'helm', { kubernetes: { configPath, configContext } });
