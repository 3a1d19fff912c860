import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1';
import type { DeploymentV1SpecTemplateSpecContainer } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { backupJob, lifecycle, type PlainSettingKey } from '../../../app/src/contract';
import { RawObjects } from '../../kubernetes/raw-objects';
import { RestrictedNamespace, type RestrictedNamespaceProps } from '../../kubernetes/restricted-namespace';
import { alertObject } from '../../observability/alert';
import { priorityClasses } from '../../platform/names';
import { paths } from '../../workload/layout';
import {
  anywhere,
  DefaultDeny,
  type Destination,
  nameResolution,
  nodeNameResolution,
  podIdentityAgent,
  to,
} from '../../workload/network-policies';
import { unprivilegedContainer, unprivilegedPod } from '../../workload/unprivileged';
import { dumpAlerts } from './alerts';
import { dumpKeys, dumps, dumpsNamespace, dumpsPrefix } from './names';

export interface DatabaseDumpsProps {
  /** The service's image, by digest. */
  readonly image: string;
  /** Five fields, in UTC. */
  readonly schedule: string;
  /** Days that a backup is kept; the last good one stays in any case. */
  readonly keepDays: number;
  /** Hours after the last success at which people are told. */
  readonly lateHours: number;
  /** How it reaches the database; of other things it needs no settings. */
  readonly settings: { readonly [K in PlainSettingKey]?: string };
  readonly region: string;
  readonly bucket: string;
  /** Name of the ClusterSecretStore, and of the entry there that holds the keys. */
  readonly secretStore: string;
  readonly keySecret: string;
  /** Address range and port of the database. */
  readonly database: Destination;
  readonly resolverOnNode: boolean;
  /** Whether there is a Prometheus that alerts are handed to. */
  readonly monitored: boolean;
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  readonly dependsOn: readonly ITerraformDependable[];
}

/** What the last jobs said can be read for as long as there are so many of them. */
const kept = 3;
/** A run that could not begin for so many seconds is left out; the next one comes. */
const startingSeconds = 3600;
const keysPath = `${paths.secrets}/${dumpKeys.secretName}`;

/**
 * Saves the rows of the database by schedule, as the login that only reads, and removes what is too old: into S3, encrypted
 * before it leaves the pod. Two containers, one after the other: what could not be taken removes nothing.
 */
export class DatabaseDumps extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: DatabaseDumpsProps,
  ) {
    super(scope, id);
    const { owner } = props;
    const namespace = new RestrictedNamespace(this, 'namespace', {
      name: dumpsNamespace,
      podSecurityVersion: props.podSecurityVersion,
    });
    const dependsOn = [namespace.resource, ...props.dependsOn];
    const closed = new DefaultDeny(this, 'default-deny', { namespace: dumpsNamespace, owner, dependsOn });
    const network = this.network(dependsOn);
    const account = new ServiceAccountV1(this, 'service-account', {
      metadata: { name: dumps, namespace: dumpsNamespace, labels: { ...props.labels } },
      automountServiceAccountToken: false,
      dependsOn,
    });
    const { release } = new RawObjects(this, 'keys', {
      releaseName: 'holdfast-backup-keys',
      namespace: dumpsNamespace,
      objects: [this.keys()],
      dependsOn,
    });
    this.job([account, closed.policy, network, release, ...dependsOn]);
    if (!props.monitored) return;
    new RawObjects(this, 'alerts', {
      releaseName: 'holdfast-backup-alerts',
      namespace: dumpsNamespace,
      objects: [
        alertObject({
          ...{ name: 'holdfast-backup-alerts', namespace: dumpsNamespace },
          ...{ labels: props.labels, owner, groups: dumpAlerts(props.lateHours) },
        }),
      ],
      dependsOn: [namespace.resource],
    });
  }

  /** S3 has no addresses of its own that a policy could name: its port, and nothing else, is open to the outside. */
  private network(dependsOn: ITerraformDependable[]): NetworkPolicyV1 {
    const { props } = this;
    return new NetworkPolicyV1(this, 'network-policy', {
      metadata: { name: dumps, namespace: dumpsNamespace, labels: { ...props.labels } },
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': dumps } },
        policyTypes: ['Ingress', 'Egress'],
        egress: [
          props.resolverOnNode ? nodeNameResolution : nameResolution,
          to(props.database),
          to(podIdentityAgent),
          anywhere(443),
        ],
      },
      dependsOn,
    });
  }

  /** The whole entry is one file: a key a line, the newest first. */
  private keys() {
    const { secretName, file } = dumpKeys;
    return {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: secretName, namespace: dumpsNamespace, labels: { ...this.props.labels } },
      spec: {
        secretStoreRef: { kind: 'ClusterSecretStore', name: this.props.secretStore },
        refreshInterval: '5m',
        target: { name: secretName, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
        data: [{ secretKey: file, remoteRef: { key: this.props.keySecret } }],
      },
    };
  }

  private job(dependsOn: ITerraformDependable[]): void {
    const { props } = this;
    const labels = {
      ...props.labels,
      'app.kubernetes.io/name': dumps,
      'app.kubernetes.io/instance': dumps,
      'app.kubernetes.io/component': 'dumps',
    };
    const metadata = { name: dumps, namespace: dumpsNamespace, labels };
    new CronJobV1(this, 'job', {
      metadata,
      spec: {
        schedule: props.schedule,
        timezone: 'Etc/UTC',
        // One that is still going holds a snapshot of the database open: a second would only make it slower.
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: startingSeconds,
        successfulJobsHistoryLimit: kept,
        failedJobsHistoryLimit: kept,
        jobTemplate: {
          metadata: { labels },
          spec: {
            backoffLimit: 2,
            activeDeadlineSeconds: backupJob.deadlineSeconds,
            template: {
              metadata: { labels },
              spec: {
                serviceAccountName: dumps,
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                priorityClassName: priorityClasses.background.name,
                restartPolicy: 'Never',
                terminationGracePeriodSeconds: lifecycle.shutdownDeadlineSeconds,
                securityContext: unprivilegedPod,
                initContainer: [this.container('create', backupJob.create)],
                container: [this.container('prune', backupJob.prune(props.keepDays))],
                volume: [
                  { name: 'temporary', emptyDir: { sizeLimit: '64Mi' } },
                  { name: 'keys', secret: { secretName: dumpKeys.secretName, defaultMode: '0440' } },
                ],
              },
            },
          },
        },
      },
      dependsOn,
    });
  }

  private container(name: string, args: readonly string[]): DeploymentV1SpecTemplateSpecContainer {
    const { props } = this;
    const environment = {
      ...props.settings,
      HOLDFAST_BACKUP_STORE: `s3://${props.bucket}/${dumpsPrefix}`,
      HOLDFAST_BACKUP_KEY_FILE: `${keysPath}/${dumpKeys.file}`,
      AWS_REGION: props.region,
    };
    return {
      name,
      image: props.image,
      imagePullPolicy: 'IfNotPresent',
      command: [...backupJob.command],
      args: [...args],
      env: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
      resources: {
        // A part of an upload is in memory twice; of a very large database parts grow.
        requests: { cpu: '100m', memory: '512Mi', 'ephemeral-storage': '64Mi' },
        limits: { memory: '512Mi', 'ephemeral-storage': '256Mi' },
      },
      securityContext: unprivilegedContainer,
      terminationMessagePolicy: 'FallbackToLogsOnError',
      volumeMount: [
        { name: 'temporary', mountPath: paths.temporary },
        { name: 'keys', mountPath: keysPath, readOnly: true },
      ],
    };
  }
}
