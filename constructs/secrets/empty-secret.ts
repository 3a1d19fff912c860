import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption/key';

/** Another region in which Secrets Manager keeps the same secret by the same name: readable there when this one is lost. */
export interface SecretCopy {
  readonly region: string;
  /** Of a key of that region. */
  readonly keyArn: string;
}

/** What makes the copy. One that somebody made there by hand is overwritten: the two must be the same. */
export const copied = (copy: SecretCopy | undefined) =>
  copy && {
    replica: [{ region: copy.region, kmsKeyId: copy.keyArn }],
    forceOverwriteReplicaSecret: true,
  };

export interface EmptySecretProps {
  /** Unique in account and region, until the recovery window is over. Changing it replaces the secret. */
  readonly name: string;
  /** What belongs into it, and who fills it. */
  readonly description: string;
  readonly key: Pick<EncryptionKey, 'arn'>;
  /** Default: none. Taking it away deletes the copy. */
  readonly copy?: SecretCopy;
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
      ...copied(props.copy),
    });
  }
}
