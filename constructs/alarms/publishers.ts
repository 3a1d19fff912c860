import { arnIn, type Place } from '../identity/place';
import type { ResourceStatement } from '../identity/policy';
import type { TopicPublisher } from './topic';

/** A rule of EventBridge, by its name, in the policy of a topic. */
export const eventRule = (place: Place, rule: string): TopicPublisher => ({
  sid: 'EventsPublish',
  service: 'events.amazonaws.com',
  conditions: { ArnEquals: { 'aws:SourceArn': arnIn(place, 'events', `rule/${rule}`) } },
});

/** AWS's detection of cost anomalies, of this account. */
export const costAlerts = ({ accountId }: Place): TopicPublisher => ({
  sid: 'CostAnomaliesPublish',
  service: 'costalerts.amazonaws.com',
  // Not everybody says that it names the account in each call; a condition on what isn't named would silence it.
  conditions: { StringEqualsIfExists: { 'aws:SourceAccount': accountId } },
});

/** In the policy of the topic's key: the publisher may encrypt, on behalf of this account. */
export const mayEncrypt = ({ accountId }: Place, { sid, service }: TopicPublisher): ResourceStatement => ({
  sid: sid.replace('Publish', 'Encrypt'),
  principals: { service },
  actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
  resources: '*',
  conditions: { StringEqualsIfExists: { 'aws:SourceAccount': accountId } },
});
