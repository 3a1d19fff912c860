import type { Construct } from 'constructs';
import { grafanaPassword } from '../constructs/observability/names';
import { EmptySecret } from '../constructs/secrets/empty-secret';
import { KeyRotation } from '../constructs/secrets/key-rotation';
import { type SecretProps, sharedSecret } from './data-secrets';
import { grafanaRotationName } from './names';

/** Characters of Grafana's password, which nobody types. */
const passwordLength = 64;

/**
 * What the monitoring needs to know and Terraform must not: Grafana's password, which its rotation makes, and what the
 * receivers of alerts need, which a person puts there.
 */
export function observabilitySecrets(
  scope: Construct,
  props: SecretProps,
): { readonly grafana: string; readonly alerting: string } {
  const { deployment, key, alarms } = props;
  const { environment, account } = deployment;
  const grafana = new EmptySecret(scope, 'grafana-secret', {
    name: `holdfast/${environment.name}/grafana`,
    description: 'Password of Grafana’s administrator, made by its rotation',
    key,
    recoveryDays: environment.tier === 'development' ? 0 : 7,
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
  const alerting = sharedSecret(
    scope,
    'alerting',
    'What the receivers of alerts need, put there by a person: docs/observability.md',
    props,
  );
  return { grafana: grafana.secret.name, alerting: alerting.name };
}
