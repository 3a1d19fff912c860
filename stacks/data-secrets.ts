import type { Construct } from 'constructs';
import { generatedKeyLength, generatedSecretKeys } from '../app/src/contract';
import type { AlarmTopic } from '../constructs/alarms/topic';
import type { EncryptionKey } from '../constructs/encryption/key';
import { EmptySecret, type SecretCopy } from '../constructs/secrets/empty-secret';
import { KeyRotation } from '../constructs/secrets/key-rotation';
import type { AwsDeployment } from '../environments/load';
import { serviceRotationName } from './names';

/** Secrets of an environment that Terraform makes, empty. What stands in them is the same in both regions. */
export type SecretName = 'service' | 'alerting' | 'integrations';

/** What every secret of an environment is made with. */
export interface SecretProps {
  readonly deployment: AwsDeployment;
  readonly key: EncryptionKey;
  readonly alarms: AlarmTopic;
  /** Where Secrets Manager keeps a copy, of the same name. Default: nowhere. */
  readonly copy?: SecretCopy;
}

/**
 * Name of a secret. What recovers another environment reads the copies that Secrets Manager keeps there of the other's, and
 * makes none: keys that were used on the data must go on being used.
 */
export const secretName = ({ environment, recovers }: AwsDeployment, secret: SecretName): string =>
  `holdfast/${recovers?.name ?? environment.name}/${secret}`;

/** A secret without a value, or the copy of one. Returns its name. */
export function sharedSecret(
  scope: Construct,
  secret: SecretName,
  description: string,
  props: SecretProps,
): { readonly name: string; readonly made?: EmptySecret } {
  const { deployment, key, copy } = props;
  const name = secretName(deployment, secret);
  if (deployment.recovers) return { name };
  const made = new EmptySecret(scope, constructIds[secret], {
    name,
    description,
    key,
    copy,
    recoveryDays: deployment.environment.tier === 'development' ? 0 : 7,
  });
  return { name: made.secret.name, made };
}

const constructIds: Readonly<Record<SecretName, string>> = {
  service: 'service-secret',
  alerting: 'alerting-secret',
  integrations: 'integration-secret',
};

/** The keys that the service signs and hashes with, and what makes them anew: in one region alone. */
export function serviceKeys(scope: Construct, props: SecretProps): string {
  const { deployment, key, alarms } = props;
  const { environment, account } = deployment;
  const { name, made } = sharedSecret(
    scope,
    'service',
    'Keys that Holdfast generates and rotates: a JSON object with a member per secret setting of the service',
    props,
  );
  if (made) {
    new KeyRotation(scope, 'service-secret-rotation', {
      accountId: account.id,
      region: environment.region,
      name: serviceRotationName(environment.name),
      secret: made,
      members: generatedSecretKeys,
      keyLength: generatedKeyLength,
      days: environment.secrets.rotationDays,
      key,
      logRetentionDays: environment.cluster.logRetentionDays,
      alarms,
    });
  }
  return name;
}
