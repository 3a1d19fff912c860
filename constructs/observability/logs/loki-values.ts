import { volumeClass } from '../../kubernetes/storage-class';
import { type ContainerResources, resources } from '../../platform/hardening';
import { priorityClasses } from '../../platform/names';
import { lokiPort } from './names';
import type { LokiOptions } from './options';

const off = { enabled: false } as const;

/** The day from which the index has its form. Never change it: what was written before would not be found. */
const schemaFrom = '2026-11-01';

/**
 * Values of Loki's chart: one process with one volume. No bucket: those of the environment are AWS's own logs, backups and
 * artefacts, which other days and other readers hold for. So the loss of the volume, or of its zone, is the loss of the
 * logs, which is what development may lose.
 */
export const lokiValues = (options: LokiOptions) => ({
  fullnameOverride: 'loki',
  deploymentMode: 'Monolithic' as const,
  loki: {
    // One tenant. Who may ask is up to the network policy.
    auth_enabled: false,
    server: { http_listen_port: lokiPort, grpc_listen_port: 9095, log_level: 'warn' },
    commonConfig: { replication_factor: 1 },
    storage: { type: 'filesystem' as const },
    schemaConfig: {
      configs: [
        {
          from: schemaFrom,
          store: 'tsdb',
          object_store: 'filesystem',
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
    // Without both nothing is ever deleted.
    compactor: { retention_enabled: true, delete_request_store: 'filesystem' },
    limits_config: {
      retention_period: `${options.retentionDays * 24}h`,
      // What a collector had to keep back for long is still taken.
      reject_old_samples_max_age: `${Math.min(options.retentionDays, 7) * 24}h`,
      allow_structured_metadata: true,
    },
    analytics: { reporting_enabled: false },
  },
  singleBinary: {
    replicas: 1,
    // Reads rules out of ConfigMaps, with the right to do so: there are none.
    sidecar: false as const,
    // A budget would keep the one copy on its node for ever.
    podDisruptionBudget: off,
    priorityClassName: priorityClasses.background.name,
    resources: resources('100m', `${options.memoryMiB}Mi`, `${options.memoryMiB}Mi`) as ContainerResources,
    persistence: {
      enabled: true as const,
      size: `${options.storageGiB}Gi`,
      storageClass: volumeClass,
      // The volume outlives the release.
      enableStatefulSetAutoDeletePVC: false as const,
    },
  },
  // Of the chart's other forms.
  read: { replicas: 0 as const },
  write: { replicas: 0 as const },
  backend: { replicas: 0 as const },
  serviceAccount: { automountServiceAccountToken: false as const },
  defaults: { automountServiceAccountToken: false as const },
  rbac: { namespaced: true as const },
  sidecar: { rules: off },
  // What a single copy has no use for.
  gateway: off,
  chunksCache: off,
  resultsCache: off,
  lokiCanary: off,
  test: off,
  podDisruptionBudget: off,
});

export type LokiValues = ReturnType<typeof lokiValues>;
