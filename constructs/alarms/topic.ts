import { createHash } from 'node:crypto';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption/key';
import { alarmArns, arnIn, type Place } from '../identity/place';
import { type Conditions, resourcePolicy } from '../identity/policy';

interface TopicProps extends Place {
  /** Unique in account and region. Changing it replaces the topic: everybody has to confirm again. */
  readonly name: string;
  /** Its policy must let the same publisher in, or it publishes into nothing. */
  readonly key: EncryptionKey;
  /** Each gets a mail to confirm at first; until then it gets no other. */
  readonly emails: readonly string[];
}

export interface MailTopicProps extends TopicProps {
  /** The one service that may publish, and on whose behalf. */
  readonly publisher: {
    /** What the policy's statement is called. */
    readonly sid: string;
    readonly service: `${string}.amazonaws.com`;
    readonly conditions: Conditions;
  };
}

/** Mails to people what one service of AWS publishes: SNS alone, so that it arrives when the cluster is gone. */
export class MailTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: MailTopicProps) {
    super(scope, id);
    const topic = new SnsTopic(this, 'topic', { name: props.name, kmsMasterKeyId: props.key.arn });
    this.arn = topic.arn;
    const arn = arnIn(props, 'sns', props.name);
    new SnsTopicPolicy(this, 'policy', {
      arn: topic.arn,
      policy: resourcePolicy([
        {
          sid: props.publisher.sid,
          principals: { service: props.publisher.service },
          actions: 'sns:Publish',
          resources: arn,
          conditions: props.publisher.conditions,
        },
        {
          sid: 'OnlyTls',
          effect: 'Deny',
          principals: '*',
          actions: 'sns:Publish',
          resources: arn,
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
    for (const email of props.emails) {
      // Named after the address: with numbers, taking one out of the list would make the others confirm again.
      new SnsTopicSubscription(this, `mail-${createHash('sha256').update(email).digest('hex').slice(0, 8)}`, {
        topicArn: topic.arn,
        protocol: 'email',
        endpoint: email,
      });
    }
  }
}

export interface AlarmTopicProps extends TopicProps {
  /** What the names of its alarms begin with. */
  readonly alarmPrefix: string;
}

/** Where CloudWatch's alarms go. */
export class AlarmTopic extends MailTopic {
  constructor(scope: Construct, id: string, { alarmPrefix, ...props }: AlarmTopicProps) {
    super(scope, id, {
      ...props,
      publisher: {
        sid: 'AlarmsPublish',
        service: 'cloudwatch.amazonaws.com',
        conditions: {
          StringEquals: { 'aws:SourceAccount': props.accountId },
          ArnLike: { 'aws:SourceArn': alarmArns(props, alarmPrefix) },
        },
      },
    });
  }
}
