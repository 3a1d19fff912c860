import { arnIn, type Place } from '../identity/place';
import type { ResourceStatement } from '../identity/policy';

/** Services besides CloudWatch that may tell people through a topic, and what their statements are called. */
const publishers = {
  /** Rules of EventBridge. */
  events: { service: 'events.amazonaws.com', sid: 'EventsPublish' },
  /** AWS's detection of cost anomalies. */
  costs: { service: 'costalerts.amazonaws.com', sid: 'CostAnomaliesPublish' },
} as const;
export type Publisher = keyof typeof publishers;

/** Nobody else's events. Not every service says for whom it asks, and a condition on what isn't said would silence it. */
const ofAccount = ({ accountId }: Place) => ({
  StringEqualsIfExists: { 'aws:SourceAccount': accountId },
});

/** In the topic's policy: the service may publish. */
export const mayPublish = (place: Place, topic: string, publisher: Publisher): ResourceStatement => ({
  sid: publishers[publisher].sid,
  principals: { service: publishers[publisher].service },
  actions: 'sns:Publish',
  resources: arnIn(place, 'sns', topic),
  conditions: ofAccount(place),
});

/** In the policy of the topic's key: the service may encrypt what it publishes. */
export const mayEncrypt = (place: Place, publisher: Publisher): ResourceStatement => ({
  sid: publishers[publisher].sid,
  principals: { service: publishers[publisher].service },
  actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
  resources: '*',
  conditions: ofAccount(place),
});
