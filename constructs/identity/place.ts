/** Where something lives on AWS. Only the commercial partition is supported: environments/schema.ts refuses the others. */
export interface Place {
  /** Twelve digits. */
  readonly accountId: string;
  /** Such as eu-west-1. */
  readonly region: string;
}

/** An ARN in a place. Known at synthesis, so that policies show it and nobody has to wait for the resource. */
export const arnIn = ({ accountId, region }: Place, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** IAM knows no regions. */
export const rootArn = ({ accountId }: Place): string => `arn:aws:iam::${accountId}:root`;

/** A policy that AWS maintains: `managedPolicyArn('service-role/AmazonEBSCSIDriverPolicy')`. */
export const managedPolicyArn = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

/** How AWS names a log group's ARN in encryption contexts and identities. */
export const logGroupArn = (place: Place, name: string): string => arnIn(place, 'logs', `log-group:${name}`);

/** Every CloudWatch alarm whose name begins so. */
export const alarmArns = (place: Place, prefix: string): string =>
  arnIn(place, 'cloudwatch', `alarm:${prefix}*`);

/**
 * A key that another stack made, by its alias and through one service: nothing has to be looked up, and what else is encrypted
 * in the account stays out of reach.
 */
export const keyByAlias = (place: Place, alias: string, service: 's3' | 'secretsmanager') => ({
  resources: arnIn(place, 'kms', 'key/*'),
  conditions: {
    StringEquals: { 'kms:ViaService': `${service}.${place.region}.amazonaws.com` },
    'ForAnyValue:StringEquals': { 'kms:ResourceAliases': `alias/${alias}` },
  },
});
