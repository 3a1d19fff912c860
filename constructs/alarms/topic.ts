import { createHash } from 'node:crypto';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption/key';
import { alarmArns, arnIn, type Place } from '../identity/place';
import { type ResourceStatement, resourcePolicy } from '../identity/policy';
import { mayPublish, type Publisher } from './publishers';

export interface AlarmTopicProps extends Place {
  /** Unique in account and region. Changing it replaces the topic: everybody has to confirm again. */
  readonly name: string;
  /** What the names of its alarms begin with. Default: CloudWatch may not publish. */
  readonly alarmPrefix?: string;
  /** Services that may publish besides CloudWatch. Default: none. */
  readonly publishers?: readonly Publisher[];
  /** Its policy must let the same alarms and services in, or they publish into nothing. */
  readonly key: EncryptionKey;
  /** What mails give as their sender, at most 100 characters: for services whose text nobody can write. Default: AWS. */
  readonly sender?: string;
  /** Each gets a mail to confirm at first; until then it gets no other. */
  readonly emails: readonly string[];
}

/** Where alarms go to be mailed to people: SNS alone, so that they arrive when the cluster is gone. */
export class AlarmTopic extends Construct {
  readonly arn: string;
  /** What lets services publish; what makes them publish waits for it. */
  readonly policy: SnsTopicPolicy;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
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
        ...(props.alarmPrefix ? [alarmsPublish(props, arn, props.alarmPrefix)] : []),
        ...(props.publishers ?? []).map((publisher) => mayPublish(props, props.name, publisher)),
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

const alarmsPublish = (place: Place, topic: string, prefix: string): ResourceStatement => ({
  sid: 'AlarmsPublish',
  principals: { service: 'cloudwatch.amazonaws.com' },
  actions: 'sns:Publish',
  resources: topic,
  conditions: {
    StringEquals: { 'aws:SourceAccount': place.accountId },
    ArnLike: { 'aws:SourceArn': alarmArns(place, prefix) },
  },
});
