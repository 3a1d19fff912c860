import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Construct } from 'constructs';
import type { Runbook } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';

/** A kind of job that AWS Backup reports on. */
interface Trouble {
  /** Part of the rule's name. */
  readonly id: 'backup' | 'copy' | 'restore';
  readonly detailType: string;
  /** What the event calls the job's state; restores say `status` where others say `state`. */
  readonly state: 'state' | 'status';
  readonly states: readonly string[];
  /** Property of the event that says whose job it is. */
  readonly by: 'backupVaultArn' | 'sourceBackupVaultArn' | 'iamRoleArn';
  /** First words of the mail. */
  readonly says: string;
  readonly runbook: Runbook;
}

/** docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html; PARTIAL is said of clusters of which a part is missing. */
export const troubles: readonly Trouble[] = [
  {
    id: 'backup',
    detailType: 'Backup Job State Change',
    state: 'state',
    states: ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'],
    by: 'backupVaultArn',
    says: 'A recovery point is missing or incomplete',
    runbook: 'backup-failing',
  },
  {
    id: 'copy',
    detailType: 'Copy Job State Change',
    state: 'state',
    states: ['FAILED', 'PARTIAL'],
    by: 'sourceBackupVaultArn',
    says: 'A recovery point was not copied',
    runbook: 'backup-failing',
  },
  {
    id: 'restore',
    detailType: 'Restore Job State Change',
    state: 'status',
    states: ['FAILED', 'ABORTED'],
    by: 'iamRoleArn',
    says: 'A test could not restore a recovery point',
    runbook: 'restore-test-failed',
  },
];

/** Name of a rule that mails; the topic must name it among its publishers. */
export const jobRule = (name: string, id: Trouble['id']): string => `${name}-${id}-job-trouble`;

export interface JobWatchProps {
  /** Of the environment's resources. Changing it replaces the rules. */
  readonly name: string;
  readonly vaultArn: string;
  /** Role of restore tests, by its ARN as known at synthesis. Default: there are no tests. */
  readonly restoreRoleArn?: string;
  /** The rules must be among its publishers. */
  readonly alarms: AlarmTopic;
}

/** Mails what AWS Backup says of jobs that failed. It says so as best it can; StateWatch looks at what is there. */
export class JobWatch extends Construct {
  constructor(scope: Construct, id: string, props: JobWatchProps) {
    super(scope, id);
    for (const trouble of troubles) {
      const whose = trouble.by === 'iamRoleArn' ? props.restoreRoleArn : props.vaultArn;
      if (whose === undefined) continue;
      const rule = new CloudwatchEventRule(this, trouble.id, {
        name: jobRule(props.name, trouble.id),
        description: `${trouble.says}: ${props.name}`,
        eventPattern: JSON.stringify({
          source: ['aws.backup'],
          'detail-type': [trouble.detailType],
          detail: { [trouble.state]: trouble.states, [trouble.by]: [whose] },
        }),
      });
      new CloudwatchEventTarget(this, `${trouble.id}-topic`, {
        rule: rule.name,
        arn: props.alarms.arn,
        inputTransformer: {
          inputPaths: {
            state: `$.detail.${trouble.state}`,
            kind: '$.detail.resourceType',
            // Not in each event: what is missing stays empty.
            resource: '$.detail.resourceArn',
            message: '$.detail.statusMessage',
            time: '$.time',
          },
          inputTemplate: JSON.stringify(
            `${trouble.says} in ${props.name}: <state> <kind> <resource> <message> (<time>) Runbook: runbooks/${trouble.runbook}.md`,
          ),
        },
        dependsOn: [props.alarms.policy],
      });
    }
  }
}
