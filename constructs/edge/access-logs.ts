import type { Place } from '../identity/place';
import type { ResourceStatement } from '../identity/policy';

/** Folder of the environment's bucket of logs. */
export const accessLogPrefix = 'load-balancer';

/**
 * What lets load balancers deliver their access logs. AWS writes below the number of the account that a load balancer
 * belongs to, so this path is the condition: another account's can't write here.
 */
export const loadBalancerLogsGrant = (bucket: string, { accountId }: Place): ResourceStatement => ({
  sid: 'LoadBalancerLogs',
  principals: { service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
  actions: 's3:PutObject',
  resources: `arn:aws:s3:::${bucket}/${accessLogPrefix}/AWSLogs/${accountId}/*`,
});
