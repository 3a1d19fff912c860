import { volumeClass } from '../../kubernetes/storage-class';
import { containerSecurity, podSecurity, resources } from '../../platform/hardening';
import { priorityClasses } from '../../platform/names';
import { otlpPorts, tempoAccount, tempoPort, tracing } from './names';

export interface TempoProps {
  readonly region: string;
  /** Name of the bucket; may be filled in by Terraform. */
  readonly bucket: string;
  /** Days that traces are kept. */
  readonly retentionDays: number;
}

/** User of the image. */
const user = 10_001;
const folder = '/var/tempo';

/** Tempo's own configuration: takes OTLP alone, and logs in to S3 as its pod does (EKS Pod Identity). */
export const tempoConfig = ({ region, bucket, retentionDays }: TempoProps) => ({
  usage_report: { reporting_enabled: false },
  server: { http_listen_port: tempoPort },
  distributor: { receivers: { otlp: { protocols: { grpc: { endpoint: `0.0.0.0:${otlpPorts.grpc}` } } } } },
  compactor: { compaction: { block_retention: `${retentionDays * 24}h` } },
  storage: {
    trace: {
      backend: 's3',
      s3: { bucket, region, endpoint: `s3.${region}.amazonaws.com` },
      wal: { path: `${folder}/wal` },
    },
  },
});

/**
 * Values of the chart: one process, the only way to run it that several must not share. While it moves, collectors keep
 * what they have for it; what it has not written to S3 yet lies on its volume.
 */
export const tempoValues = (props: TempoProps) => ({
  fullnameOverride: tracing.tempo,
  replicas: 1,
  // JSON is YAML. The chart's own template of it opens every receiver there is.
  config: JSON.stringify(tempoConfig(props)),
  tempo: {
    reportingEnabled: false,
    // A gibibyte that a limit of memory would count.
    memBallastSizeMbs: 0,
    resources: resources('100m', '512Mi', '2Gi'),
    securityContext: containerSecurity,
  },
  securityContext: { ...podSecurity, runAsUser: user, runAsGroup: user, fsGroup: user },
  serviceAccount: { create: true, name: tempoAccount.serviceAccount, automountServiceAccountToken: false },
  persistence: {
    enabled: true,
    enableStatefulSetAutoDeletePVC: true,
    storageClassName: volumeClass,
    accessModes: ['ReadWriteOnce'],
    size: '10Gi',
  },
  serviceMonitor: { enabled: true, interval: '30s' },
  priorityClassName: priorityClasses.background.name,
});

export type TempoValues = ReturnType<typeof tempoValues>;
