import {
  type ContainerResources,
  type ContainerSecurity,
  containerSecurity,
  controllerPriority,
  type PodSecurity,
  podSecurity,
  resources,
} from '../../platform/hardening';
import { velero, veleroSchedule } from './names';

/** Moves backups to and from S3; of the same day as the chart. */
const awsPlugin = 'docker.io/velero/velero-plugin-for-aws:v1.14.0';

export interface VeleroSize {
  readonly region: string;
  readonly bucket: string;
  /** Copies of another region's backups, to restore from. Default: none. */
  readonly copiesBucket?: string;
  /** Five fields, in UTC. */
  readonly schedule: string;
  readonly keepDays: number;
  readonly agentMemoryMiB: number;
  /** Namespaces with their objects and volumes. */
  readonly namespaces: readonly string[];
  /** Whether somebody asks for metrics. */
  readonly monitored: boolean;
}

type Variable = { readonly name: string; readonly value: string };
type Monitor = { readonly autodetect: false; readonly enabled: boolean };

/** What may be said to the chart; a type, not an interface: it must pass as plain JSON. */
export type VeleroValues = {
  readonly fullnameOverride: string;
  readonly initContainers: readonly {
    readonly name: string;
    readonly image: string;
    readonly imagePullPolicy: 'IfNotPresent';
    readonly resources: ContainerResources;
    readonly securityContext: ContainerSecurity;
    readonly volumeMounts: readonly { readonly mountPath: string; readonly name: string }[];
  }[];
  readonly resources: ContainerResources;
  readonly upgradeJobResources: ContainerResources;
  readonly podSecurityContext: PodSecurity & { readonly runAsUser: number; readonly fsGroup: number };
  readonly containerSecurityContext: ContainerSecurity;
  readonly priorityClassName: string;
  readonly terminationGracePeriodSeconds: number;
  readonly metrics: {
    readonly enabled: true;
    readonly serviceMonitor: Monitor;
    readonly nodeAgentPodMonitor: Monitor;
    readonly prometheusRule: Monitor;
  };
  readonly upgradeCRDs: true;
  readonly cleanUpCRDs: false;
  readonly credentials: { readonly useSecret: false };
  readonly serviceAccount: { readonly server: { readonly create: true; readonly name: string } };
  readonly snapshotsEnabled: false;
  readonly backupsEnabled: true;
  readonly deployNodeAgent: true;
  readonly nodeAgent: {
    readonly priorityClassName: string;
    readonly resources: ContainerResources;
    readonly extraEnvVars: readonly Variable[];
    readonly tolerations: readonly { readonly operator: 'Exists' }[];
    readonly containerSecurityContext: {
      readonly privileged: false;
      readonly allowPrivilegeEscalation: false;
      readonly readOnlyRootFilesystem: true;
    };
  };
  readonly configuration: {
    readonly features: 'EnableCSI';
    readonly uploaderType: 'kopia';
    readonly defaultSnapshotMoveData: true;
    readonly defaultVolumesToFsBackup: false;
    readonly defaultBackupTTL: string;
    readonly logFormat: 'json';
    readonly extraEnvVars: readonly Variable[];
    readonly backupStorageLocation: readonly {
      readonly name: string;
      readonly provider: 'aws';
      readonly bucket: string;
      readonly default: boolean;
      readonly accessMode: 'ReadWrite' | 'ReadOnly';
      readonly config: { readonly region: string };
    }[];
  };
  readonly schedules: {
    readonly [name: string]: {
      readonly disabled: false;
      readonly schedule: string;
      readonly useOwnerReferencesInBackup: false;
      readonly template: {
        readonly ttl: string;
        readonly includedNamespaces: readonly string[];
        readonly snapshotMoveData: true;
        readonly storageLocation: string;
      };
    };
  };
};

const nonRoot = { ...podSecurity, runAsUser: 65_532, fsGroup: 65_532 };
const storageLocation = 'default';
/** The chart's own writable volume: the root is read-only, and Kopia keeps its configuration at home. */
const writable: readonly Variable[] = [
  { name: 'HOME', value: '/scratch' },
  { name: 'TMPDIR', value: '/scratch' },
];

export function veleroValues(size: VeleroSize): VeleroValues {
  const ttl = `${size.keepDays * 24}h0m0s`;
  // Said, not guessed: while charts are rendered nobody knows which kinds the cluster has.
  const monitor: Monitor = { autodetect: false, enabled: size.monitored };
  return {
    fullnameOverride: velero,
    initContainers: [
      {
        name: 'velero-plugin-for-aws',
        image: awsPlugin,
        imagePullPolicy: 'IfNotPresent',
        resources: resources('10m', '32Mi', '64Mi'),
        securityContext: containerSecurity,
        volumeMounts: [{ mountPath: '/target', name: 'plugins' }],
      },
    ],
    resources: resources('100m', '256Mi', '512Mi'),
    upgradeJobResources: resources('50m', '64Mi', '128Mi'),
    podSecurityContext: nonRoot,
    containerSecurityContext: containerSecurity,
    priorityClassName: controllerPriority,
    // The chart's hour would hold a node that drains for as long.
    terminationGracePeriodSeconds: 300,
    metrics: {
      enabled: true,
      serviceMonitor: monitor,
      nodeAgentPodMonitor: monitor,
      // Holdfast brings its own alerts, each with a runbook.
      prometheusRule: { autodetect: false, enabled: false },
    },
    upgradeCRDs: true,
    // They outlive the release: with them all that is known of the backups would go.
    cleanUpCRDs: false,
    credentials: { useSecret: false },
    serviceAccount: { server: { create: true, name: velero } },
    // Snapshots are CSI's; a location of EC2's own would want permissions that nobody needs.
    snapshotsEnabled: false,
    backupsEnabled: true,
    deployNodeAgent: true,
    nodeAgent: {
      priorityClassName: 'system-node-critical',
      resources: resources('50m', '128Mi', `${size.agentMemoryMiB}Mi`),
      extraEnvVars: writable,
      tolerations: [{ operator: 'Exists' }],
      containerSecurityContext: {
        privileged: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
      },
    },
    configuration: {
      features: 'EnableCSI',
      uploaderType: 'kopia',
      defaultSnapshotMoveData: true,
      defaultVolumesToFsBackup: false,
      defaultBackupTTL: ttl,
      logFormat: 'json',
      extraEnvVars: writable,
      backupStorageLocation: [
        {
          name: storageLocation,
          provider: 'aws',
          bucket: size.bucket,
          default: true,
          accessMode: 'ReadWrite',
          config: { region: size.region },
        },
        ...(size.copiesBucket
          ? [
              {
                name: 'copies',
                provider: 'aws',
                bucket: size.copiesBucket,
                default: false,
                accessMode: 'ReadOnly',
                config: { region: size.region },
              } as const,
            ]
          : []),
      ],
    },
    schedules: {
      [veleroSchedule]: {
        disabled: false,
        schedule: size.schedule,
        useOwnerReferencesInBackup: false,
        template: {
          ttl,
          includedNamespaces: size.namespaces,
          snapshotMoveData: true,
          storageLocation,
        },
      },
    },
  };
}
