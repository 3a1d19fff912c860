import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { Alarm, type AlarmRule } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';
import type { EncryptionKey } from '../encryption/key';
import { arnIn, type Place } from '../identity/place';
import type { Protected } from './plans';
import { SmallFunction } from './small-function';

/** A recovery point that has to be there. */
export interface ExpectedPoint {
  /** For people. */
  readonly what: string;
  /** Name of the vault. */
  readonly vault: string;
  readonly region: string;
  readonly kind: Protected;
  /** The newest one is at most so old. */
  readonly maxHours: number;
}

export interface StateWatchProps extends Place {
  /** Beginning of the function's and the alarm's name. Changing it replaces both. */
  readonly name: string;
  /** Name of the environment's own vault. */
  readonly vault: string;
  readonly points: readonly ExpectedPoint[];
  /** Plan of restore tests, and days after the last good one at which somebody is told. Default: nothing is tested. */
  readonly test?: { readonly planArn: string; readonly atLatestDays: number };
  /** Its policy must name the function's log group. */
  readonly key: EncryptionKey;
  /** Days. */
  readonly logRetentionDays: number;
  readonly alarms: AlarmTopic;
}

export const stateWatchFunction = (name: string): string => `${name}-backup-watch`;

const late: AlarmRule = {
  id: 'backup-late',
  metric: 'Errors',
  statistic: 'Sum',
  threshold: { above: 0 },
  unit: 'errors',
  periodSeconds: 3600,
  minutes: 180,
  // It is called each hour; one that is not called sees nothing.
  silence: 'breaching',
  meaning:
    'A recovery point, its copy, or a restore test stayed away, or nobody looks whether it did: what can be restored gets older.',
  runbook: 'backup-failing',
};

/** Looks each hour whether the recovery points, copies and tests that should be there are: events alone can get lost. */
export class StateWatch extends Construct {
  constructor(scope: Construct, id: string, props: StateWatchProps) {
    super(scope, id);
    const name = stateWatchFunction(props.name);
    const vaults = [...new Set(props.points.map(({ region, vault }) => `${region}/${vault}`))];
    const { lambda, ...watch } = this.code(name, vaults, props);
    const rule = new CloudwatchEventRule(this, 'hourly', {
      name,
      description: `Looks whether backups of ${props.name} are late`,
      scheduleExpression: 'rate(1 hour)',
    });
    new CloudwatchEventTarget(this, 'hourly-function', {
      rule: rule.name,
      arn: lambda.arn,
      dependsOn: [watch.permission],
    });
    new Alarm(this, 'late', {
      rule: late,
      name: props.name,
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: lambda.functionName },
      topic: props.alarms,
    });
  }

  private code(name: string, vaults: readonly string[], props: StateWatchProps) {
    const arns = vaults.map((place) => {
      const [region = props.region, vault] = place.split('/');
      return arnIn({ ...props, region }, 'backup', `backup-vault:${vault}`);
    }) as [string, ...string[]];
    const made = new SmallFunction(this, 'watch', {
      ...props,
      name,
      description: `Looks whether backups of ${props.name} are late`,
      code: 'watch',
      environment: {
        EXPECTED: Fn.jsonencode({
          vault: props.vault,
          region: props.region,
          points: props.points,
          ...(props.test && {
            test: { plan: props.test.planArn, maxHours: props.test.atLatestDays * 24 },
          }),
        }),
      },
      statements: [
        {
          sid: 'LookIntoVaults',
          actions: ['backup:DescribeBackupVault', 'backup:ListRecoveryPointsByBackupVault'],
          resources: arns,
        },
        { sid: 'ListTests', actions: 'backup:ListRestoreJobs', resources: '*' },
      ],
    });
    return { lambda: made.lambda, permission: made.calledBy(name) };
  }
}
