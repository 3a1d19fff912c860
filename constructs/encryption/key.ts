import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import { logGroupArn, type Place, rootArn } from '../identity/place';
import { type ResourceStatement, resourcePolicy } from '../identity/policy';

export interface EncryptionKeyProps extends Place {
  /** Alias without `alias/`, unique in account and region. */
  readonly alias: string;
  readonly description: string;
  /** Names of the log groups that CloudWatch Logs may encrypt with it. Default: none. */
  readonly logGroups?: readonly [string, ...string[]];
  /** Services of AWS that encrypt with it, and on whose behalf. Default: none. */
  readonly services?: readonly ResourceStatement[];
  /** Terraform refuses to destroy it. Destroying it makes everything it ever encrypted unreadable, snapshots too. */
  readonly protect?: boolean;
}

/** A symmetric key, rotated every year. Deleted, it can be brought back for thirty days. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, 'key', {
      description: props.description,
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
      deletionWindowInDays: 30,
      policy: resourcePolicy([
        account(props),
        ...(props.logGroups ? [logs(props, props.logGroups)] : []),
        ...(props.services ?? []),
      ]),
      lifecycle: props.protect ? { preventDestroy: true } : undefined,
    });
    new KmsAlias(this, 'alias', { name: `alias/${props.alias}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/** Leaves the decision to the account's IAM policies. Without it nobody could administer the key ever again. */
const account = (place: Place): ResourceStatement => ({
  sid: 'AccountDecides',
  principals: { aws: rootArn(place) },
  actions: 'kms:*',
  resources: '*',
});

/** CloudWatch Logs names the group in the encryption context: it gets the key for these groups and for no others. */
const logs = (place: Place, [first, ...others]: readonly [string, ...string[]]): ResourceStatement => ({
  sid: 'LogGroups',
  principals: { service: `logs.${place.region}.amazonaws.com` },
  actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
  resources: '*',
  conditions: {
    ArnEquals: {
      'kms:EncryptionContext:aws:logs:arn': [
        logGroupArn(place, first),
        ...others.map((name) => logGroupArn(place, name)),
      ],
    },
  },
});
