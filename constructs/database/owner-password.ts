import type { DbInstance, DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version';
import { Fn, TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import { tfJson } from '../core/tf-json';
import type { EncryptionKey } from '../encryption/key';
import { copied, type SecretCopy } from '../secrets/empty-secret';

export interface OwnerPasswordProps {
  /** Name of the secret. Changing it replaces the secret. */
  readonly secretName: string;
  /** Raised by one, the next deployment sets another password. */
  readonly version: number;
  readonly ownerName: string;
  readonly key: EncryptionKey;
  /** Days in which the deleted secret can be brought back; 0: gone at once. */
  readonly recoveryDays: 0 | 7;
  /** Another region that the secret is copied to: a replica there has the same password. Default: none. */
  readonly copy?: SecretCopy;
}

/**
 * The owner's password where RDS can't keep it itself. Terraform makes it while it applies, 244 random bits, and hands it
 * on as write-only arguments alone: neither plan nor state ever holds it. Database and secret get it in one deployment; if
 * that ends between the two, raise the version and deploy again.
 */
export class OwnerPassword extends Construct {
  readonly secretArn: string;
  /** For the instance. */
  readonly settings: Pick<DbInstanceConfig, 'passwordWo' | 'passwordWoVersion'>;
  private readonly value: string;
  private readonly secret: SecretsmanagerSecret;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: OwnerPasswordProps,
  ) {
    super(scope, id);
    this.secret = new SecretsmanagerSecret(this, 'secret', {
      name: props.secretName,
      description: 'Name and password of the owner of the schema',
      kmsKeyId: props.key.arn,
      recoveryWindowInDays: props.recoveryDays,
      ...copied(props.copy),
    });
    this.secretArn = this.secret.arn;
    // A local is evaluated once while Terraform applies: both places get the same.
    this.value = new TerraformLocal(this, 'value', `${Fn.uuid()}${Fn.uuid()}`).asString;
    this.settings = { passwordWo: this.value, passwordWoVersion: props.version };
  }

  /** Writes the secret, once the database has the password. */
  keep(instance: DbInstance): void {
    new SecretsmanagerSecretVersion(this, 'version', {
      secretId: this.secret.id,
      secretStringWo: tfJson({ username: this.props.ownerName, password: this.value }),
      secretStringWoVersion: this.props.version,
      dependsOn: [instance],
    });
  }
}
