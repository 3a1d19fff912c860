import type { Construct } from 'constructs';
import type { AlarmTopic } from '../constructs/alarms/topic';
import type { EncryptionKey } from '../constructs/encryption/key';
import { grafanaPassword } from '../constructs/observability/names';
import { EmptySecret } from '../constructs/secrets/empty-secret';
import { KeyRotation } from '../constructs/secrets/key-rotation';
import type { AwsDeployment } from '../environments/load';

/** Of the function that makes Grafana's password. */
export const grafanaRotationName = (environment: string): string =>
  `holdfast-${environment}-grafana-rotation`;

/** Characters of Grafana's password, which nobody types. */
const passwordLength = 64;

/**
 * What the monitoring needs to know and Terraform must not: Grafana's password, which its rotation makes, and what the
 * receivers of alerts need, which a person puts there.
 */
export function observabilitySecrets(
  scope: Construct,
  { environment, account }: AwsDeployment,
  key: EncryptionKey,
  alarms: AlarmTopic,
): { readonly grafana: string; readonly alerting: string } {
  const recoveryDays = environment.tier === 'development' ? 0 : 7;
  const grafana = new EmptySecret(scope, 'grafana-secret', {
    name: `holdfast/${environment.name}/grafana`,
    description: 'Password of Grafana’s administrator, made by its rotation',
    key,
    recoveryDays,
  });
  new KeyRotation(scope, 'grafana-secret-rotation', {
    accountId: account.id,
    region: environment.region,
    name: grafanaRotationName(environment.name),
    secret: grafana,
    members: [grafanaPassword],
    keyLength: passwordLength,
    days: environment.secrets.rotationDays,
    key,
    logRetentionDays: environment.cluster.logRetentionDays,
    alarms,
  });
  const alerting = new EmptySecret(scope, 'alerting-secret', {
    name: `holdfast/${environment.name}/alerting`,
    description: 'What the receivers of alerts need, put there by a person: docs/observability.md',
    key,
    recoveryDays,
  });
  return { grafana: grafana.secret.name, alerting: alerting.secret.name };
}
