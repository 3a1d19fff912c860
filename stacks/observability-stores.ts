import { PrometheusWorkspace } from '@cdktf/provider-aws/lib/prometheus-workspace';
import type { Construct } from 'constructs';
import { arnIn } from '../constructs/identity/place';
import { PodIdentity } from '../constructs/identity/pod-identity';
import { prometheusAccount } from '../constructs/observability/names';
import { tempoAccount } from '../constructs/observability/traces/names';
import type { PrivateBucket } from '../constructs/storage/bucket';
import { type SecretProps, sharedSecret } from './data-secrets';

interface Stores extends SecretProps {
  /** Name of the EKS cluster as known at apply. */
  readonly cluster: string;
  /** Where there are traces. */
  readonly traces: PrivateBucket | undefined;
}

/** What the monitoring keeps outside the cluster, who may use it, and the keys of other people's services. */
export function observabilityStores(
  scope: Construct,
  props: Stores,
): { readonly integrationSecretName: string; readonly workspaceId: string } {
  const { deployment, cluster, key, traces } = props;
  const { environment, account } = deployment;
  const place = { accountId: account.id, region: environment.region };
  const name = `holdfast-${environment.name}`;
  const pods = { ...place, clusterName: name, cluster };
  const { sentry, datadog, managedPrometheus } = environment.observability.integrations;

  if (traces) {
    const bucket = traces.bucket.arn;
    new PodIdentity(scope, 'tempo', {
      ...pods,
      ...tempoAccount,
      roleName: `${name}-tempo`,
      description: `Tempo on ${name}`,
      statements: [
        { sid: 'FindTraces', actions: 's3:ListBucket', resources: bucket },
        {
          sid: 'KeepTraces',
          actions: [
            's3:GetObject',
            's3:PutObject',
            's3:DeleteObject',
            's3:GetObjectTagging',
            's3:PutObjectTagging',
            's3:AbortMultipartUpload',
          ],
          resources: `${bucket}/*`,
        },
        {
          sid: 'EncryptThem',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: key.arn,
          conditions: { StringEquals: { 'kms:ViaService': `s3.${environment.region}.amazonaws.com` } },
        },
      ],
    });
  }

  const integrations =
    sentry || datadog
      ? sharedSecret(
          scope,
          'integrations',
          'Keys of other people’s services, put there by a person: docs/observability.md',
          props,
        )
      : undefined;

  const workspace =
    managedPrometheus && managedPrometheus.workspaceId === undefined
      ? new PrometheusWorkspace(scope, 'metrics', { alias: name, kmsKeyArn: key.arn })
      : undefined;
  const workspaceId = workspace?.id ?? managedPrometheus?.workspaceId ?? '';
  if (managedPrometheus) {
    new PodIdentity(scope, 'prometheus', {
      ...pods,
      ...prometheusAccount,
      roleName: `${name}-prometheus`,
      description: `Prometheus on ${name}`,
      statements: [
        {
          sid: 'CopyMetrics',
          actions: 'aps:RemoteWrite',
          resources: workspace?.arn ?? arnIn(place, 'aps', `workspace/${workspaceId}`),
        },
      ],
    });
  }
  return { integrationSecretName: integrations?.name ?? '', workspaceId };
}
