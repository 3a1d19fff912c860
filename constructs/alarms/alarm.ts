import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AlarmTopic } from './topic';

/** Files in runbooks/ that an alarm may send people to, without their ending. */
export type Runbook =
  | 'backup-failing'
  | 'database-failed-over'
  | 'database-unreachable'
  | 'database-saturated'
  | 'database-storage-full'
  | 'database-replica-lagging'
  | 'database-wraparound'
  | 'database-proxy-saturated'
  | 'cache-saturated'
  | 'certificate-expiring'
  | 'firewall-refusing'
  | 'region-lost'
  | 'restore-test-failed'
  | 'secret-rotation-failed';

/** When somebody is called for a metric, and what they find in the mail. */
export interface AlarmRule {
  /** Last part of the alarm's name: letters, digits and hyphens, lower case. */
  readonly id: string;
  /** CloudWatch's name of it. */
  readonly metric: string;
  /** What is made of a minute's data points, or five minutes'. */
  readonly statistic: 'Average' | 'Minimum' | 'Maximum' | 'Sum';
  readonly threshold: { readonly above: number } | { readonly below: number };
  /** What the threshold is counted in, for people. */
  readonly unit:
    | '%'
    | 'bytes'
    | 's'
    | 'µs'
    | 'connections'
    | 'credits'
    | 'transactions'
    | 'keys in 5 minutes'
    | 'days'
    | 'requests in 5 minutes'
    | 'errors'
    | 'backups'
    | 'health checks that hold';
  /**
   * Seconds that one value is made of. Default: 300. 60 where a sum over more would count things several times; 3600 to
   * look back more than a day.
   */
  readonly periodSeconds?: 60 | 3600;
  /** Minutes for which it has to hold without a break; a multiple of the period. */
  readonly minutes: number;
  /**
   * What silence means. breaching: that the thing is gone; not-breaching: that there is nothing to report; ignore: that
   * what was last known is still so.
   */
  readonly silence: 'breaching' | 'not-breaching' | 'ignore';
  /** What happens if nobody does anything, and what to do: the first sentences of the mail. */
  readonly meaning: string;
  readonly runbook: Runbook;
}

export interface AlarmProps {
  readonly rule: AlarmRule;
  /** First part of the alarm's name; the topic takes only names that begin with its own. Changing it replaces the alarm. */
  readonly name: string;
  readonly namespace:
    | 'AWS/RDS'
    | 'AWS/ElastiCache'
    | 'AWS/CertificateManager'
    | 'AWS/WAFV2'
    | 'AWS/Route53'
    | 'AWS/Lambda'
    | 'AWS/Events';
  /** What is measured. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly topic: AlarmTopic;
  /** What it watches, where the dimensions don't refer to it. Default: nothing. */
  readonly after?: ITerraformDependable[];
}

const silence = { breaching: 'breaching', 'not-breaching': 'notBreaching', ignore: 'ignore' } as const;

/** For people: bytes say nothing to them. */
const quantity = (value: number, unit: AlarmRule['unit']): string =>
  unit === 'bytes'
    ? `${(value / 2 ** 30).toLocaleString('en-US', { maximumFractionDigits: 2 })} GiB`
    : `${value.toLocaleString('en-US')} ${unit}`;

/** A CloudWatch alarm: mails when it begins and when it is over, and names its runbook. */
export class Alarm extends Construct {
  constructor(scope: Construct, id: string, { rule, ...props }: AlarmProps) {
    super(scope, id);
    const above = 'above' in rule.threshold;
    const threshold = 'above' in rule.threshold ? rule.threshold.above : rule.threshold.below;
    const { periodSeconds = 300 } = rule;
    const limit = `${above ? 'Above' : 'Below'} ${quantity(threshold, rule.unit)} for ${rule.minutes} minutes.`;
    new CloudwatchMetricAlarm(this, 'alarm', {
      alarmName: `${props.name}-${rule.id}`,
      alarmDescription: `${rule.meaning} ${limit} Runbook: runbooks/${rule.runbook}.md`,
      namespace: props.namespace,
      metricName: rule.metric,
      dimensions: { ...props.dimensions },
      statistic: rule.statistic,
      comparisonOperator: above ? 'GreaterThanThreshold' : 'LessThanThreshold',
      threshold,
      period: periodSeconds,
      evaluationPeriods: (rule.minutes * 60) / periodSeconds,
      treatMissingData: silence[rule.silence],
      alarmActions: [props.topic.arn],
      okActions: [props.topic.arn],
      dependsOn: props.after,
    });
  }
}
