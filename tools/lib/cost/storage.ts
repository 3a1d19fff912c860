/** Buckets, images, keys, secrets, logs, alarms, functions. */
import { monthly, type Pricer } from './charge';
import { at, numberAt } from './estate';
import { accountUsage } from './usage';

export const storage: Record<string, Pricer> = {
  aws_s3_bucket: (_bucket, estate) => [
    monthly('objects', 's3.standard', estate.usage?.bucketGb ?? accountUsage.bucketGb),
  ],
  aws_ecr_repository: () => [monthly('images', 'ecr.storage', accountUsage.imageGb)],
  // Requests are the account's, spread over the keys that there are.
  aws_kms_key: (_key, estate) => {
    const keys = estate.resources.filter(({ type }) => type === 'aws_kms_key').length;
    return [
      monthly('key', 'kms.key'),
      monthly('requests', 'kms.requests', (estate.usage?.kmsTenThousands ?? 0) / keys),
    ];
  },
  aws_kms_replica_key: () => [monthly('key', 'kms.key')],
  aws_secretsmanager_secret: (secret) => {
    const replicas = [at(secret.values, 'replica')].flat().filter(Boolean).length;
    return [monthly(replicas ? `secret and ${replicas} copies` : 'secret', 'secrets.secret', 1 + replicas)];
  },
  aws_cloudwatch_log_group: (group, estate) => {
    const { usage } = estate;
    const kind = group.address.includes('flow-logs')
      ? usage?.logGb.flow
      : group.address.includes('control-plane')
        ? usage?.logGb.controlPlane
        : usage?.logGb.other;
    const gb = kind ?? accountUsage.logGb;
    const days = numberAt(group.values, 'retention_in_days') ?? 0;
    // Groups that keep for ever cost more each month; a year of them is counted.
    const months = (days === 0 ? 365 : days) / 30;
    return [monthly('logs taken in', 'logs.ingest', gb), monthly('logs kept', 'logs.storage', gb * months)];
  },
  aws_cloudwatch_metric_alarm: (alarm) => {
    const metrics = [at(alarm.values, 'metric_query')].flat().filter((query) => at(query, 'metric')).length;
    return [monthly('alarm', 'cloudwatch.alarm', Math.max(1, metrics))];
  },
  aws_lambda_function: (code, estate) => {
    const calls = estate.usage?.functionCalls ?? 0;
    const gib = (numberAt(code.values, 'memory_size') ?? 128) / 1024;
    return [
      monthly('time of calls', 'lambda.seconds', calls * gib),
      monthly('calls', 'lambda.requests', calls / 1e6),
    ];
  },
  aws_cloudwatch_event_rule: { free: 'AWS charges nothing for events of its own services' },
  aws_sns_topic: { free: 'a few mails a month lie within what AWS gives away' },
  aws_sqs_queue: { free: 'a few thousand messages a month lie within what AWS gives away' },
};
