/** A workspace of Amazon Managed Prometheus. */
export interface MetricsWorkspace {
  readonly region: string;
  /** May be filled in by Terraform. */
  readonly workspaceId: string;
}

/**
 * Has Prometheus copy its samples there, signed as its own pod (EKS Pod Identity). Two replicas send the same twice, told
 * apart by the label that the operator gives each.
 */
export const remoteWrite = ({ region, workspaceId }: MetricsWorkspace) => ({
  url: `https://aps-workspaces.${region}.amazonaws.com/workspaces/${workspaceId}/api/v1/remote_write`,
  sigv4: { region },
  queueConfig: { capacity: 2_500, maxSamplesPerSend: 1_000, maxShards: 50 },
});
