import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy';
import { Construct } from 'constructs';
import { Alarm, type AlarmRule, type Runbook } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';
import type { EncryptionKey } from '../encryption/key';
import { arnIn, logGroupArn, type Place } from '../identity/place';
import { resourcePolicy } from '../identity/policy';
import { LogGroup } from '../storage/log-group';

export interface BackupWatchProps extends Place {
  /** Of the rules, and the beginning of the alarm's name. Changing it replaces them. */
  readonly name: string;
  /** Identifier of the instance that is backed up every day. */
  readonly instance: string;
  /** Days that the log of finished backups is kept. */
  readonly logRetentionDays: number;
  /** Of the log; its policy must name `backupLogGroup`. */
  readonly key: EncryptionKey;
  /** `troubleRule` must be among its publishers. */
  readonly alarms: AlarmTopic;
}

/** Where each finished backup is written down. EventBridge delivers only to groups that are called so. */
export const backupLogGroup = (name: string): string => `/aws/events/${name}-backups`;

/** Name of the rule that mails. */
export const troubleRule = (name: string): string => `${name}-backup-trouble`;

/**
 * What RDS reports when backups end, or can't be relied on; RDS has no event of a backup that failed.
 * docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
const backupFinished = 'RDS-EVENT-0002';
export const troubling = {
  'RDS-EVENT-0028': 'automatic backups were switched off',
  'RDS-EVENT-0031': 'the instance has failed; RDS recommends to restore it',
  'RDS-EVENT-0418': 'its encryption key is out of reach',
  'RDS-EVENT-0419': 'its encryption key is out of reach, and it is about to stop',
} as const;

const runbook: Runbook = 'backup-failing';

const missing: AlarmRule = {
  id: 'backup-missing',
  metric: 'Invocations',
  statistic: 'Sum',
  threshold: { below: 1 },
  unit: 'backups',
  periodSeconds: 3600,
  // One comes every day, an hour earlier or later; EventBridge counts nothing rather than 0.
  minutes: 26 * 60,
  silence: 'breaching',
  meaning:
    'No automatic backup of the database has ended for more than a day: what can be restored gets older by the hour.',
  runbook,
};

/** Says when the database's daily backup stays away, and when RDS reports that backups are off or in danger. */
export class BackupWatch extends Construct {
  constructor(scope: Construct, id: string, props: BackupWatchProps) {
    super(scope, id);
    const trouble = this.rule('trouble', props, Object.keys(troubling), 'Backups that are off or in danger');
    new CloudwatchEventTarget(this, 'trouble-topic', {
      rule: trouble.name,
      arn: props.alarms.arn,
      inputTransformer: {
        inputPaths: { instance: '$.detail.SourceIdentifier', message: '$.detail.Message', time: '$.time' },
        inputTemplate: JSON.stringify(
          `Backups of the database <instance> are in danger: <message> (<time>) Runbook: runbooks/${runbook}.md`,
        ),
      },
      dependsOn: [props.alarms.policy],
    });

    const finished = this.rule('finished', props, [backupFinished], 'Backups that have ended');
    const log = new LogGroup(this, 'log', {
      name: backupLogGroup(props.name),
      retentionDays: props.logRetentionDays,
      key: props.key,
    });
    const policy = this.logPolicy(props);
    new CloudwatchEventTarget(this, 'finished-log', {
      rule: finished.name,
      arn: log.group.arn,
      dependsOn: [policy],
    });
    new Alarm(this, 'missing', {
      rule: missing,
      name: props.name,
      namespace: 'AWS/Events',
      dimensions: { RuleName: finished.name },
      topic: props.alarms,
    });
  }

  private rule(what: string, { name, instance }: BackupWatchProps, events: string[], description: string) {
    return new CloudwatchEventRule(this, what, {
      name: `${name}-backup-${what}`,
      description: `${description}: ${instance}`,
      eventPattern: JSON.stringify({
        source: ['aws.rds'],
        'detail-type': ['RDS DB Instance Event'],
        detail: { SourceIdentifier: [instance], EventID: events },
      }),
    });
  }

  /** An account has ten of these in a region: one for each environment. */
  private logPolicy(props: BackupWatchProps): CloudwatchLogResourcePolicy {
    const group = logGroupArn(props, backupLogGroup(props.name));
    const principals = { service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] } as const;
    return new CloudwatchLogResourcePolicy(this, 'log-policy', {
      policyName: `${props.name}-backups`,
      policyDocument: resourcePolicy([
        { sid: 'Stream', principals, actions: 'logs:CreateLogStream', resources: `${group}:*` },
        {
          sid: 'Write',
          principals,
          actions: 'logs:PutLogEvents',
          resources: `${group}:*:*`,
          conditions: {
            ArnEquals: { 'aws:SourceArn': arnIn(props, 'events', `rule/${props.name}-backup-finished`) },
          },
        },
      ]),
    });
  }
}
