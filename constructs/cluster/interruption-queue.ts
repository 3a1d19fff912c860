import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import { Construct } from 'constructs';
import { type TfValue, tfJson } from '../core/tf-json';
import { arnIn, type Place } from '../identity/place';
import { resourcePolicy } from '../identity/policy';

export interface InterruptionQueueProps extends Place {
  /** At most 43 characters, unique in account and region; rules are called after it. Changing it replaces the queue. */
  readonly name: string;
}

/** What AWS says about instances that will go or have gone; states and services that Karpenter ignores are left out. */
const events = {
  'spot-interruption': {
    source: ['aws.ec2'],
    'detail-type': ['EC2 Spot Instance Interruption Warning'],
  },
  rebalance: { source: ['aws.ec2'], 'detail-type': ['EC2 Instance Rebalance Recommendation'] },
  'state-change': {
    source: ['aws.ec2'],
    'detail-type': ['EC2 Instance State-change Notification'],
    detail: { state: ['stopping', 'stopped', 'shutting-down', 'terminated'] },
  },
  // Health events are how AWS announces what it has scheduled: maintenance, retirement, reboots.
  'scheduled-change': {
    source: ['aws.health'],
    'detail-type': ['AWS Health Event'],
    detail: { service: ['EC2'], eventTypeCategory: ['scheduledChange'] },
  },
  'capacity-reservation': {
    source: ['aws.ec2'],
    'detail-type': ['EC2 Capacity Reservation Instance Interruption Warning'],
  },
} satisfies Record<string, TfValue>;

/** Tells Karpenter in time that a node will go, so that pods move while they still run. */
export class InterruptionQueue extends Construct {
  /** Known at synthesis, so that policies show it. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: InterruptionQueueProps) {
    super(scope, id);
    this.arn = arnIn(props, 'sqs', props.name);
    const queue = new SqsQueue(this, 'queue', {
      name: props.name,
      // Seconds. A warning is two minutes ahead; after five it is about a node that is gone.
      messageRetentionSeconds: 300,
      // SQS's own key: instance ids are no secret, and EventBridge writes to it without a grant on a key of ours.
      sqsManagedSseEnabled: true,
    });
    const ruleName = (event: string) => `${props.name}-${event}`;
    const [first, ...others] = Object.keys(events).map((event) =>
      arnIn(props, 'events', `rule/${ruleName(event)}`),
    );
    new SqsQueuePolicy(this, 'policy', {
      queueUrl: queue.url,
      policy: resourcePolicy([
        {
          sid: 'OnlyTls',
          effect: 'Deny',
          principals: '*',
          actions: 'sqs:*',
          resources: this.arn,
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          sid: 'OwnRules',
          principals: { service: 'events.amazonaws.com' },
          actions: 'sqs:SendMessage',
          resources: this.arn,
          conditions: {
            StringEquals: { 'aws:SourceAccount': props.accountId },
            ArnEquals: { 'aws:SourceArn': [first as string, ...others] },
          },
        },
      ]),
    });
    for (const [event, pattern] of Object.entries(events)) {
      const rule = new CloudwatchEventRule(this, event, {
        name: ruleName(event),
        description: `${event} of instances, to ${props.name}`,
        eventPattern: tfJson(pattern),
      });
      new CloudwatchEventTarget(this, `${event}-target`, {
        rule: rule.name,
        targetId: 'queue',
        arn: queue.arn,
      });
    }
  }
}
