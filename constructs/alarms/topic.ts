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
  /** What mails give as their sender, at most 100 characters: for services whose text nobody can write. Default: AWS. */
  readonly sender?: string;
  /** Each gets a mail to confirm at first; until then it gets no other. */
  readonly emails: readonly string[];
}

/** A service that may publish, and on whose behalf. */
export interface TopicPublisher {
  /** What the policy's statement is called. */
  readonly sid: string;
  readonly service: `${string}.amazonaws.com`;
  readonly conditions: Conditions;
}

export interface MailTopicProps extends TopicProps {
  readonly publisher: TopicPublisher;
  /** More of them. Default: none. */
  readonly others?: readonly TopicPublisher[];
}

/** Mails to people what services of AWS publish: SNS alone, so that it arrives when the cluster is gone. */
export class MailTopic extends Construct {
  readonly arn: string;
  /** What lets services publish; what makes them publish waits for it. */
  readonly policy: SnsTopicPolicy;

  constructor(scope: Construct, id: string, props: MailTopicProps) {
    super(scope, id);
    const topic = new SnsTopic(this, 'topic', {
      name: props.name,
      displayName: props.sender,
      kmsMasterKeyId: props.key.arn,
    });
    this.arn = topic.arn;
    const arn = arnIn(props, 'sns', props.name);
    this.policy = new SnsTopicPolicy(this, 'policy', {
      arn: topic.arn,
      policy: resourcePolicy([
        ...[props.publisher, ...(props.others ?? [])].map(
          ({ sid, service, conditions }) =>
            ({ sid, principals: { service }, actions: 'sns:Publish', resources: arn, conditions }) as const,
        ),
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
  /** Services that publish beside it. Default: none. */
  readonly others?: readonly TopicPublisher[];
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
