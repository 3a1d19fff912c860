import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Construct } from 'constructs';
import { MailTopic } from '../../alarms/topic';
import { tfJson } from '../../core/tf-json';
import { EncryptionKey } from '../../encryption/key';
import { arnIn, type Place } from '../../identity/place';

export interface FindingMailsProps extends Place {
  /** Of rule, topic and key. Changing it replaces the topic: everybody has to confirm again. */
  readonly name: string;
  /** Each gets a mail to confirm at first; until then it gets no other. */
  readonly emails: readonly string[];
}

/** What nobody should hear of by looking into a console a week later; GuardDuty calls it high (7.0) and critical (9.0). */
const lowestSeverity = 7;

/**
 * Mails GuardDuty's serious findings: when one begins, and again while it goes on. Security Hub's are left where they are:
 * it sends each failing check anew every half day, and nobody reads such mails twice.
 */
export class FindingMails extends Construct {
  constructor(scope: Construct, id: string, props: FindingMailsProps) {
    super(scope, id);
    const { name, emails, accountId, region } = props;
    const place = { accountId, region };
    const onOurBehalf = { 'aws:SourceAccount': accountId };
    const key = new EncryptionKey(this, 'key', {
      ...place,
      alias: name,
      description: 'Mails about what GuardDuty finds',
      grants: [
        {
          sid: 'EventsEncrypt',
          principals: { service: 'events.amazonaws.com' },
          actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          resources: '*',
          conditions: { StringEquals: onOurBehalf },
        },
      ],
    });
    const topic = new MailTopic(this, 'topic', {
      ...place,
      name,
      key,
      emails,
      publisher: {
        sid: 'FindingsPublish',
        service: 'events.amazonaws.com',
        conditions: { ArnEquals: { 'aws:SourceArn': arnIn(place, 'events', `rule/${name}`) } },
      },
    });
    const rule = new CloudwatchEventRule(this, 'rule', {
      name,
      description: 'Serious findings of GuardDuty, to people',
      eventPattern: tfJson({
        source: ['aws.guardduty'],
        'detail-type': ['GuardDuty Finding'],
        detail: { severity: [{ numeric: ['>=', lowestSeverity] }] },
      }),
    });
    // No role: SNS lets EventBridge in by its own policy, and with a role an encrypted topic may get nothing.
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      targetId: 'mail',
      arn: topic.arn,
      inputTransformer: {
        inputPaths: {
          title: '$.detail.title',
          severity: '$.detail.severity',
          type: '$.detail.type',
          account: '$.detail.accountId',
          region: '$.detail.region',
          finding: '$.detail.id',
        },
        inputTemplate:
          '"GuardDuty, severity <severity>: <title> (<type>, account <account>, <region>, finding <finding>). Runbook: runbooks/security-finding.md"',
      },
    });
  }
}
