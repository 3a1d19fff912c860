import { CeAnomalyMonitor } from '@cdktf/provider-aws/lib/ce-anomaly-monitor';
import { CeAnomalySubscription } from '@cdktf/provider-aws/lib/ce-anomaly-subscription';
import { Construct } from 'constructs';
import { costAlerts, mayEncrypt } from '../alarms/publishers';
import { MailTopic } from '../alarms/topic';
import { EncryptionKey } from '../encryption/key';
import type { Place } from '../identity/place';

export interface CostAnomaliesProps extends Place {
  /** Of monitor, subscription and topic, unique in the account. */
  readonly name: string;
  /** US dollars above what was to be expected, of one anomaly, from which somebody is told. */
  readonly impactUsd: number;
  /** Who gets the mails; each confirms first. */
  readonly emails: readonly string[];
}

/**
 * Tells people when a service of AWS costs more than its own past explains, within about a day: long before a budget for
 * a month is used up. An account has one monitor of its services; a second one AWS refuses.
 */
export class CostAnomalies extends Construct {
  constructor(scope: Construct, id: string, props: CostAnomaliesProps) {
    super(scope, id);
    const key = new EncryptionKey(this, 'key', {
      ...props,
      alias: props.name,
      description: 'Mails about what costs more than expected',
      grants: [mayEncrypt(props, costAlerts(props))],
    });
    const topic = new MailTopic(this, 'topic', {
      ...props,
      key,
      publisher: costAlerts(props),
      // AWS writes the text; the sender is the only place for what to do.
      sender: 'Runbook: runbooks/cost-anomaly.md',
    });
    const monitor = new CeAnomalyMonitor(this, 'monitor', {
      name: props.name,
      monitorType: 'DIMENSIONAL',
      monitorDimension: 'SERVICE',
    });
    new CeAnomalySubscription(this, 'subscription', {
      name: props.name,
      monitorArnList: [monitor.arn],
      // Mails of AWS's own come once a day at most; a topic is told at once.
      frequency: 'IMMEDIATE',
      subscriber: [{ type: 'SNS', address: topic.arn }],
      thresholdExpression: {
        dimension: {
          key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          matchOptions: ['GREATER_THAN_OR_EQUAL'],
          values: [String(props.impactUsd)],
        },
      },
      dependsOn: [topic.policy],
    });
  }
}
