import { BackupRestoreTestingPlan } from '@cdktf/provider-aws/lib/backup-restore-testing-plan';
import { BackupRestoreTestingSelection } from '@cdktf/provider-aws/lib/backup-restore-testing-selection';
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { Alarm } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';
import type { EncryptionKey } from '../encryption/key';
import { arnIn, type Place } from '../identity/place';
import type { Role } from '../identity/role';
import { testInstances } from './roles';
import { SmallFunction } from './small-function';

export interface RestoreTestingProps extends Place {
  /** Of the environment's resources; the instance that is saved is called so. */
  readonly name: string;
  readonly vaultArn: string;
  /** Five fields, in UTC. */
  readonly schedule: string;
  /** `restoreTestRole`. */
  readonly role: Role;
  readonly vpcId: string;
  /** Subnet group of the database, which the restored instance shares. */
  readonly subnetGroup: string;
  /** Its policy must name the log group of `validationFunction`. */
  readonly key: EncryptionKey;
  /** Days. */
  readonly logRetentionDays: number;
  readonly alarms: AlarmTopic;
}

/** Also of its rule. */
export const validationFunction = (name: string): string => `${name}-restore-validation`;

/** AWS wants six fields: day of month or day of week is a question mark, and days of the week count from 1. */
export function awsCron(schedule: string): string {
  const [minute, hour, day = '*', month, weekday = '*'] = schedule.split(' ');
  const days = weekday.replace(/(?<!\/)\b[0-7]\b/g, (number) => String((Number(number) % 7) + 1));
  return `cron(${minute} ${hour} ${weekday === '*' ? day : '?'} ${month} ${weekday === '*' ? '?' : days} *)`;
}

/**
 * Restores the newest recovery point of the database beside everything else, has a function look at it, and takes it away
 * again. Nobody reaches what is restored: its security group lets nothing in and nothing out.
 */
export class RestoreTesting extends Construct {
  readonly planArn: string;

  constructor(scope: Construct, id: string, props: RestoreTestingProps) {
    super(scope, id);
    // Letters, digits and underscores alone.
    const name = props.name.replaceAll('-', '_');
    const plan = new BackupRestoreTestingPlan(this, 'plan', {
      name,
      scheduleExpression: awsCron(props.schedule),
      startWindowHours: 1,
      recoveryPointSelection: [
        {
          algorithm: 'LATEST_WITHIN_WINDOW',
          includeVaults: [props.vaultArn],
          recoveryPointTypes: ['SNAPSHOT'],
          selectionWindowDays: 7,
        },
      ],
    });
    this.planArn = plan.arn;
    const closed = new SecurityGroup(this, 'closed', {
      name: `${props.name}-restore-test`,
      description: 'Databases restored for a test: nobody reaches them',
      vpcId: props.vpcId,
      // Of its own accord AWS would let everything out; empty lists take that away and keep it away.
      ingress: [],
      egress: [],
      tags: { Name: `${props.name}-restore-test` },
    });
    new BackupRestoreTestingSelection(this, 'database', {
      name: 'database',
      restoreTestingPlanName: plan.name,
      protectedResourceType: 'RDS',
      protectedResourceArns: [arnIn(props, 'rds', `db:${props.name}`)],
      iamRoleArn: props.role.arn,
      // Hours that it stays for the function, and then goes.
      validationWindowHours: 2,
      restoreMetadataOverrides: {
        dbSubnetGroupName: props.subnetGroup,
        vpcSecurityGroupIds: Fn.jsonencode([closed.id]),
        multiAz: 'false',
      },
      dependsOn: props.role.permissions,
    });
    this.validate(props);
  }

  private validate(props: RestoreTestingProps): void {
    const name = validationFunction(props.name);
    const instances = [arnIn(props, 'rds', `db:${props.name}`), arnIn(props, 'rds', `db:${testInstances}`)];
    const { lambda, permission } = this.code(name, instances, props);
    const rule = new CloudwatchEventRule(this, 'restored', {
      name,
      description: `A test has restored the database of ${props.name}`,
      eventPattern: JSON.stringify({
        source: ['aws.backup'],
        'detail-type': ['Restore Job State Change'],
        detail: {
          status: ['COMPLETED'],
          resourceType: ['RDS'],
          // AWS appends an id to the plan's name.
          restoreTestingPlanArn: [
            { prefix: arnIn(props, 'backup', `restore-testing-plan:${props.name.replaceAll('-', '_')}-`) },
          ],
        },
      }),
    });
    new CloudwatchEventTarget(this, 'restored-function', {
      rule: rule.name,
      arn: lambda.arn,
      dependsOn: [permission],
    });
    new Alarm(this, 'failed', {
      rule: {
        id: 'restore-test-failed',
        metric: 'Errors',
        statistic: 'Sum',
        threshold: { above: 0 },
        unit: 'errors',
        minutes: 5,
        silence: 'not-breaching',
        meaning:
          'What a test restored is not what was saved, or could not be looked at: backups may be worth nothing.',
        runbook: 'restore-test-failed',
      },
      name: props.name,
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: lambda.functionName },
      topic: props.alarms,
    });
  }

  private code(name: string, instances: readonly string[], props: RestoreTestingProps) {
    const made = new SmallFunction(this, 'validation', {
      ...props,
      name,
      description: `Looks at what a test restored of ${props.name}`,
      code: 'validation',
      environment: { SOURCE: props.name },
      statements: [
        {
          sid: 'LookAtBoth',
          actions: 'rds:DescribeDBInstances',
          resources: instances as [string, ...string[]],
        },
        // Restore jobs have no name before they are there.
        {
          sid: 'SayTheResult',
          actions: 'backup:PutRestoreValidationResult',
          resources: '*',
          conditions: { StringEquals: { 'aws:RequestedRegion': props.region } },
        },
      ],
    });
    return { lambda: made.lambda, permission: made.calledBy(name) };
  }
}
