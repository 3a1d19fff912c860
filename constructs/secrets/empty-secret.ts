import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption/key';

export interface EmptySecretProps {
  /** Unique in account and region, until the recovery window is over. Changing it replaces the secret. */
  readonly name: string;
  /** What belongs into it, and who fills it. */
  readonly description: string;
  readonly key: Pick<EncryptionKey, 'arn'>;
  /** Days in which a deleted secret can be brought back; 0: gone at once. 7 to 30 otherwise. */
  readonly recoveryDays: 0 | 7 | 14 | 30;
}

/**
 * A secret without a value. Whatever Terraform writes stays in its state, so values come from elsewhere: from its
 * rotation (KeyRotation) where Holdfast makes them, from a person where somebody else does.
 */
export class EmptySecret extends Construct {
  readonly secret: SecretsmanagerSecret;
  readonly name: string;

  constructor(scope: Construct, id: string, props: EmptySecretProps) {
    super(scope, id);
    this.name = props.name;
    this.secret = new SecretsmanagerSecret(this, 'secret', {
      name: props.name,
      description: props.description,
      kmsKeyId: props.key.arn,
      recoveryWindowInDays: props.recoveryDays,
    });
  }
}
