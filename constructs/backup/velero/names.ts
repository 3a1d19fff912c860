/** Of Velero and of its agents on the nodes: they read the volumes of others, so privileged pods may run there. */
export const veleroNamespace = 'velero';
/** Of the release, its Deployment, and the service account that server, agents and data movers share. */
export const velero = 'velero';
export const veleroAccount = { namespace: veleroNamespace, serviceAccount: velero } as const;
export const veleroMetricsPort = 8085;
/** Class by which Velero takes snapshots of the cluster's volumes. */
export const snapshotClass = 'holdfast-velero';
/** The schedule, as its metrics call it: the chart puts the release's name before. */
export const veleroSchedule = 'state';
