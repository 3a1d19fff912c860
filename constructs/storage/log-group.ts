import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption/key';

export interface LogGroupProps {
  /** What AWS's services expect where they name their groups themselves. Changing it replaces the group. */
  readonly name: string;
  /** Days; one of the numbers that CloudWatch knows. */
  readonly retentionDays: number;
  /** Its policy must name this group. */
  readonly key: EncryptionKey;
}

/**
 * A log group made before whatever writes to it: a service that makes its own keeps everything for ever, unencrypted,
 * and leaves the group behind when it goes.
 */
export class LogGroup extends Construct {
  readonly group: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: LogGroupProps) {
    super(scope, id);
    this.group = new CloudwatchLogGroup(this, 'group', {
      name: props.name,
      retentionInDays: props.retentionDays,
      kmsKeyId: props.key.arn,
    });
  }
}
