/** What a controller's pods get, in the words of Helm values. Types, not interfaces: they must pass as plain JSON. */
export type ContainerResources = {
  readonly requests: { readonly cpu: string; readonly memory: string };
  /** CPU is requested and not limited: throttling a controller delays everything that waits for it. */
  readonly limits: { readonly memory: string };
};
export type PodSecurity = {
  readonly runAsNonRoot: true;
  readonly seccompProfile: { readonly type: 'RuntimeDefault' };
};
export type ContainerSecurity = PodSecurity & {
  readonly allowPrivilegeEscalation: false;
  readonly capabilities: { readonly drop: readonly ['ALL'] };
  readonly readOnlyRootFilesystem: true;
};

export const resources = (cpu: string, memory: string, memoryLimit: string): ContainerResources => ({
  requests: { cpu, memory },
  limits: { memory: memoryLimit },
});
export const podSecurity: PodSecurity = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
export const containerSecurity: ContainerSecurity = {
  ...podSecurity,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
};

/** Charts that many things wait for must not be evicted for a workload. */
export const controllerPriority = 'system-cluster-critical';

/** CRDs outlive their release: removing one removes every object of its kind, in every namespace. */
export type KeptCrds = { readonly annotations: { readonly 'helm.sh/resource-policy': 'keep' } };
export const keptCrds: KeptCrds = { annotations: { 'helm.sh/resource-policy': 'keep' } };
