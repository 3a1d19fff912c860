import type {
  DeploymentV1SpecTemplateSpec,
  DeploymentV1SpecTemplateSpecContainer,
  DeploymentV1SpecTemplateSpecContainerEnv,
} from '@cdktf/provider-kubernetes/lib/deployment-v1';
import {
  type PlainSettingKey,
  type PortName,
  type Probe,
  ports,
  probes,
  secretFileVariable,
} from '../../app/src/contract';
import { type Component, selectorLabels } from './labels';
import { type MountedSecret, objectNames, paths, userId } from './layout';

export interface Resources {
  /** Thousandths of a CPU, requested and not limited: a limit throttles while the node idles (ADR 0004). */
  readonly cpuMillis: number;
  /** Requested and limited alike: more than was reserved could be taken back only by a kill. */
  readonly memoryMiB: number;
}

export interface PodTemplateProps {
  readonly component: Component;
  readonly serviceAccount: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Ports that the process listens on, with probes on them; none for a Job. */
  readonly ports: readonly PortName[];
  readonly resources: Resources;
  /** Settings that differ from the shared ones. */
  readonly settings?: { readonly [K in PlainSettingKey]?: string };
  readonly secrets: readonly MountedSecret[];
  /** Claim of the volume for the embedded database; default: none. */
  readonly dataClaim?: string;
  /** Default: the cluster's own. */
  readonly priorityClass?: string;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly terminationGracePeriodSeconds: number;
}

/** Room for the log files that the kubelet keeps, and for /tmp. */
export const ephemeralStorageMiB = { request: 64, limit: 256 } as const;
const ephemeralStorage = {
  request: `${ephemeralStorageMiB.request}Mi`,
  limit: `${ephemeralStorageMiB.limit}Mi`,
  temporary: '64Mi',
};

/**
 * The one pod of the project: without privileges, without a token, with a read-only root. Meets the Pod Security
 * standard "restricted".
 */
export function podTemplate(props: PodTemplateProps): DeploymentV1SpecTemplateSpec {
  const { mounts, volumes } = storage(props);
  return {
    serviceAccountName: props.serviceAccount,
    // EKS Pod Identity mounts a token of its own; the Kubernetes API is nobody's business here.
    automountServiceAccountToken: false,
    // Otherwise every Service of the namespace becomes a dozen variables.
    enableServiceLinks: false,
    priorityClassName: props.priorityClass,
    terminationGracePeriodSeconds: props.terminationGracePeriodSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      fsGroup: userId,
      // Changing the owner of a large database directory at every start takes minutes.
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    container: [container(props, mounts)],
    volume: volumes,
  };
}

function container(
  props: PodTemplateProps,
  volumeMount: DeploymentV1SpecTemplateSpecContainer['volumeMount'],
): DeploymentV1SpecTemplateSpecContainer {
  const listens = props.ports.length > 0;
  return {
    name: props.component,
    image: props.image,
    // By digest on AWS, so that what is there already is what is meant; a laptop's image is in no registry at all.
    imagePullPolicy: 'IfNotPresent',
    command: [...props.command],
    args: [...props.args],
    envFrom: [{ configMapRef: { name: objectNames.settings } }],
    env: environment(props),
    port: props.ports.map((name) => ({ name, containerPort: ports[name], protocol: 'TCP' })),
    startupProbe: listens ? httpProbe(probes.startup) : undefined,
    livenessProbe: listens ? httpProbe(probes.liveness) : undefined,
    readinessProbe: listens ? httpProbe(probes.readiness) : undefined,
    resources: {
      requests: {
        cpu: `${props.resources.cpuMillis}m`,
        memory: `${props.resources.memoryMiB}Mi`,
        'ephemeral-storage': ephemeralStorage.request,
      },
      limits: {
        memory: `${props.resources.memoryMiB}Mi`,
        'ephemeral-storage': ephemeralStorage.limit,
      },
    },
    // All of it again: the provider writes `runAsNonRoot: false` on a container that leaves it out.
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMount,
  };
}

/** Secrets are files; only their paths are variables. */
function environment(props: PodTemplateProps): DeploymentV1SpecTemplateSpecContainerEnv[] {
  const overrides = Object.entries(props.settings ?? {}).map(([name, value]) => ({ name, value }));
  const files = props.secrets.flatMap((secret) =>
    secret.keys.map((key) => ({
      name: secretFileVariable(key),
      value: `${secretDirectory(secret)}/${key}`,
    })),
  );
  return [...overrides, ...files];
}

const secretDirectory = (secret: MountedSecret): string => `${paths.secrets}/${secret.secretName}`;

/** Mounted as whole directories: a file mounted by `subPath` would never follow its source. */
function storage({ secrets, dataClaim }: PodTemplateProps) {
  const volumes = [
    { name: 'temporary', emptyDir: { sizeLimit: ephemeralStorage.temporary } },
    { name: 'flags', configMap: { name: objectNames.flags, defaultMode: '0444' } },
    ...secrets.map((secret) => ({
      name: secret.secretName,
      // Readable by the group, which `fsGroup` sets.
      secret: { secretName: secret.secretName, defaultMode: '0440' },
    })),
    ...(dataClaim ? [{ name: 'data', persistentVolumeClaim: { claimName: dataClaim } }] : []),
  ];
  const mounts = [
    { name: 'temporary', mountPath: paths.temporary },
    { name: 'flags', mountPath: paths.flags, readOnly: true },
    ...secrets.map((secret) => ({
      name: secret.secretName,
      mountPath: secretDirectory(secret),
      readOnly: true,
    })),
    ...(dataClaim ? [{ name: 'data', mountPath: paths.data }] : []),
  ];
  return { volumes, mounts };
}

function httpProbe(probe: Probe) {
  return {
    httpGet: { path: probe.path, port: String(ports[probe.port]), scheme: 'HTTP' },
    periodSeconds: probe.periodSeconds,
    timeoutSeconds: probe.timeoutSeconds,
    failureThreshold: probe.failureThreshold,
  };
}

/**
 * Replicas apart: over zones first, then over nodes. A wish, not a condition: while a zone is down its replicas must be
 * able to start elsewhere.
 */
export function placement(
  component: Component,
): Pick<DeploymentV1SpecTemplateSpec, 'affinity' | 'topologySpreadConstraint'> {
  const matchLabels = selectorLabels(component);
  return {
    topologySpreadConstraint: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(
      (topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: [{ matchLabels }],
        // During an update the old pods, about to go, must not push the new ones together.
        matchLabelKeys: ['pod-template-hash'],
      }),
    ),
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: [{ matchLabels }] },
          },
        ],
      },
    },
  };
}
