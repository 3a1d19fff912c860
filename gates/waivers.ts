import { reasonOf } from './checkov';
import type { Waiver } from './engine/model';

/**
 * Failures that are accepted for a while: each has a reason for whoever reads it in a year, an owner who answers for it, and
 * a last day. After that day it fails plan, release and nightly runs, and warns elsewhere (docs/compliance.md).
 */
export const waivers: readonly Waiver[] = [
  {
    gate: 'rds-minor-upgrades',
    resources: ['data/aws_db_instance.*'],
    reason: reasonOf('CKV_AWS_226', 'data/aws_db_instance.*'),
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 'trail-object-writes',
    resources: ['bootstrap/aws_cloudtrail.*'],
    reason:
      'Each event of an object costs, and traces and backups make millions a day: access logs of every bucket record the same, later, and GuardDuty reads the events by itself.',
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 'trail-object-reads',
    resources: ['bootstrap/aws_cloudtrail.*'],
    reason:
      'Each event of an object costs, and traces and backups make millions a day: access logs of every bucket record the same, later, and GuardDuty reads the events by itself.',
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 'logs-kept-a-year',
    resources: ['network/aws_cloudwatch_log_group.flow-logs_*'],
    reason: reasonOf('CKV_AWS_338', 'network/aws_cloudwatch_log_group.flow-logs_*'),
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 's3-customer-key',
    resources: ['data/aws_s3_bucket.buckets_logs_*', 'bootstrap/aws_s3_bucket.*requests_*'],
    reason: reasonOf('CKV_AWS_145', 'data/aws_s3_bucket.buckets_logs_*'),
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 's3-customer-key',
    resources: ['backup/aws_s3_bucket.reports_*'],
    reason: reasonOf('CKV_AWS_145', 'backup/aws_s3_bucket.reports_*'),
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 's3-protected',
    resources: ['data/aws_s3_bucket.buckets_traces_*'],
    reason: 'Traces are kept for days, explain nothing that logs do not, and may be lost.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'secrets-rotate',
    resources: ['data/aws_secretsmanager_secret.database_owner-password_*'],
    reason: reasonOf('CKV2_AWS_57', 'data/aws_secretsmanager_secret.database_owner-password_*'),
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 'secrets-rotate',
    resources: ['data/aws_secretsmanager_secret.alerting-secret_*'],
    reason: reasonOf('CKV2_AWS_57', 'data/aws_secretsmanager_secret.alerting-secret_*'),
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'namespaces-restricted',
    resources: [
      'observability/kubernetes_namespace_v1.logs_collectors-namespace_*',
      'observability/kubernetes_namespace_v1.monitoring_node-exporter-namespace_*',
      'backup/kubernetes_namespace_v1.velero_namespace_*',
    ],
    reason:
      'Collectors of logs, of measurements of nodes and of volumes read files of their node: each has a namespace of its own, in which nothing else runs.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'namespaces-closed',
    resources: ['observability/kubernetes_namespace_v1.monitoring_node-exporter-namespace_*'],
    reason: 'Its only pods use the network of their node, where no network policy holds.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'pods-secrets-as-files',
    resources: ['observability/kubernetes_job_v1.logs_elastic_prepare_*'],
    reason:
      'A script that runs for a minute after a deployment, in a pod of its own that is gone afterwards; Elastic’s operator keeps the password in the same cluster.',
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 'pods-by-digest',
    resources: ['observability/kubernetes_job_v1.logs_elastic_prepare_*'],
    reason:
      'An image of Elastic by its exact version, the same that the operator runs beside it, from a registry of theirs; digests are asked of Holdfast’s own images, which we build.',
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 'secrets-rotate',
    resources: ['backup/aws_secretsmanager_secret.dump-keys_*'],
    reason: reasonOf('CKV2_AWS_57', 'backup/aws_secretsmanager_secret.dump-keys_*'),
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 'rbac-no-pods-made',
    resources: ['app/kubernetes_role_v1.fault-injection_role_*'],
    tiers: ['staging'],
    reason:
      'AWS FIS deletes pods of staging through a pod of its own, in the service’s namespace alone; production has no such role.',
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 'accounts-no-token',
    resources: ['app/kubernetes_service_account_v1.fault-injection_*'],
    tiers: ['staging'],
    reason: 'The pod that AWS FIS starts in staging asks the API to delete pods, and needs a token for it.',
    owner: 'platform',
    until: '2027-05-31',
  },
  {
    gate: 'backup-covers-database',
    environments: ['recovery'],
    resources: ['*'],
    reason:
      'A pilot light: its database is a replica of production’s, whose backups, copies and restore tests are production’s own; its backup stack comes with the rest when it takes over.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'backup-copied',
    environments: ['recovery'],
    resources: ['*'],
    reason:
      'A pilot light: its database is a replica of production’s, whose backups, copies and restore tests are production’s own; its backup stack comes with the rest when it takes over.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'backup-daily',
    environments: ['recovery'],
    resources: ['*'],
    reason:
      'A pilot light: its database is a replica of production’s, whose backups, copies and restore tests are production’s own; its backup stack comes with the rest when it takes over.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'backups-reported',
    environments: ['recovery'],
    resources: ['*'],
    reason:
      'A pilot light: its database is a replica of production’s, whose backups, copies and restore tests are production’s own; its backup stack comes with the rest when it takes over.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'restores-tested',
    environments: ['recovery'],
    resources: ['*'],
    reason:
      'A pilot light: its database is a replica of production’s, whose backups, copies and restore tests are production’s own; its backup stack comes with the rest when it takes over.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'eks-pod-identity',
    environments: ['recovery'],
    resources: ['*'],
    reason: 'A pilot light has no cluster: it comes with the rest when it takes over.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'nat-per-zone',
    environments: ['recovery'],
    resources: ['network/*'],
    reason: 'A pilot light has no pods that would need a way out: gateways come when it takes over.',
    owner: 'platform',
    until: '2027-11-30',
  },
  {
    gate: 'endpoints-private',
    environments: ['recovery'],
    resources: ['network/*'],
    reason: 'A pilot light has nothing that would call AWS from inside: endpoints come when it takes over.',
    owner: 'platform',
    until: '2027-11-30',
  },
];
