import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Construct } from 'constructs';
import type { Runbook } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';

export interface FailoverWatchProps {
  /** Of the rule. Changing it replaces the rule. */
  readonly name: string;
  /** Identifiers of the primary and its replicas. */
  readonly instances: readonly string[];
  /** `failoverRule` must be among its publishers. */
  readonly alarms: AlarmTopic;
}

/** Name of the rule that mails. */
export const failoverRule = (name: string): string => `${name}-database-failover`;

/**
 * What RDS reports when an instance fails over, restarts or cannot start, by its documentation:
 * docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html. One failover is several of these.
 */
export const failoverEvents = {
  'RDS-EVENT-0013': 'a failover has started',
  'RDS-EVENT-0015': 'the standby has taken over; its name may take minutes to spread',
  'RDS-EVENT-0034': 'a failover that somebody asked for is refused, because one has just been',
  'RDS-EVENT-0049': 'a failover has completed',
  'RDS-EVENT-0050': 'the former primary takes over again',
  'RDS-EVENT-0051': 'the former primary has taken over again',
  'RDS-EVENT-0065': 'it has recovered from half a failover',
  'RDS-EVENT-0004': 'the instance shuts down',
  'RDS-EVENT-0006': 'the instance has restarted',
  'RDS-EVENT-0035': 'its parameters keep it from starting',
  'RDS-EVENT-0036': 'its network keeps it from starting',
  'RDS-EVENT-0221': 'its volume is full, and it was shut down',
} as const;

const runbook: Runbook = 'database-failed-over';

/**
 * Mails when the database fails over, restarts or cannot start: the service survives that by itself, so that nothing else
 * may tell. Events come as best RDS can.
 */
export class FailoverWatch extends Construct {
  constructor(scope: Construct, id: string, props: FailoverWatchProps) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, 'rule', {
      name: failoverRule(props.name),
      description: `Failovers and restarts of the database of ${props.name}`,
      eventPattern: JSON.stringify({
        source: ['aws.rds'],
        'detail-type': ['RDS DB Instance Event'],
        detail: { SourceIdentifier: props.instances, EventID: Object.keys(failoverEvents) },
      }),
    });
    new CloudwatchEventTarget(this, 'topic', {
      rule: rule.name,
      arn: props.alarms.arn,
      inputTransformer: {
        inputPaths: { instance: '$.detail.SourceIdentifier', message: '$.detail.Message', time: '$.time' },
        inputTemplate: JSON.stringify(
          `The database <instance> failed over or restarted: <message> (<time>) Runbook: runbooks/${runbook}.md`,
        ),
      },
      dependsOn: [props.alarms.policy],
    });
  }
}
