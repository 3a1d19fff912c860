import { join } from 'node:path';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import { Construct } from 'constructs';
import { Alarm } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';
import { FunctionCode } from '../core/function-code';
import type { EncryptionKey } from '../encryption/key';
import { functionLogGroup, functionRole } from '../identity/function-role';
import type { Place } from '../identity/place';
import type { Role } from '../identity/role';
import { LogGroup } from '../storage/log-group';
import type { EmptySecret } from './empty-secret';

const codeFolder = join(__dirname, 'rotation');

export interface KeyRotationProps extends Place {
  /** Of the function and its role, at most 64 characters. Changing it replaces both; the secret stays as it is. */
  readonly name: string;
  readonly secret: EmptySecret;
  /** Names of the keys that the function makes. What else stands in the secret is somebody else's, and stays. */
  readonly members: readonly [string, ...string[]];
  /** Characters that each key has at least. */
  readonly keyLength: number;
  /** Days between rotations, 1 to 1000. Changing it rotates at once. */
  readonly days: number;
  /** The secret's; its policy must name the function's log group. */
  readonly key: EncryptionKey;
  /** Days. */
  readonly logRetentionDays: number;
  /** Who is told when a rotation fails. */
  readonly alarms: AlarmTopic;
}

/**
 * Fills a secret with random keys when it is deployed, and replaces them from then on. The value before stays as
 * AWSPREVIOUS.
 *
 * The function is outside the VPC: it talks to Secrets Manager alone, and a network interface would give it a way to
 * the database. It has no concurrency of its own, which new accounts can't spare, and no dead-letter queue: Secrets
 * Manager itself repeats what fails.
 */
export class KeyRotation extends Construct {
  constructor(scope: Construct, id: string, props: KeyRotationProps) {
    super(scope, id);
    const { secret } = props.secret;
    const logs = new LogGroup(this, 'logs', {
      name: functionLogGroup(props.name),
      retentionDays: props.logRetentionDays,
      key: props.key,
    });
    const role = this.role(props);
    const code = new FunctionCode(this, 'code', codeFolder);
    const rotate = new LambdaFunction(this, 'function', {
      functionName: props.name,
      description: `Makes the keys in ${props.secret.name}`,
      role: role.arn,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: code.path,
      sourceCodeHash: code.hash,
      timeout: 30,
      memorySize: 256,
      // Its variables are no secrets, but what can be encrypted is.
      kmsKeyArn: props.key.arn,
      // Costs nothing and needs no permission: traces only what its caller traces.
      tracingConfig: { mode: 'PassThrough' },
      environment: { variables: { MEMBERS: props.members.join(','), KEY_LENGTH: String(props.keyLength) } },
      loggingConfig: { logFormat: 'JSON', logGroup: logs.group.name },
      dependsOn: role.permissions,
    });
    const permission = new LambdaPermission(this, 'permission', {
      statementId: 'secrets-manager',
      action: 'lambda:InvokeFunction',
      functionName: rotate.functionName,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: props.accountId,
      sourceArn: secret.arn,
    });
    new SecretsmanagerSecretRotation(this, 'rotation', {
      secretId: secret.id,
      rotationLambdaArn: rotate.arn,
      rotateImmediately: true,
      rotationRules: { automaticallyAfterDays: props.days },
      dependsOn: [permission, ...role.permissions],
    });
    new Alarm(this, 'alarm-errors', {
      rule: {
        id: 'errors',
        metric: 'Errors',
        statistic: 'Sum',
        threshold: { above: 0 },
        unit: 'errors',
        minutes: 5,
        silence: 'not-breaching',
        meaning: 'A rotation failed: the service keeps its keys, or waits for the first ones.',
        runbook: 'secret-rotation-failed',
      },
      name: props.name,
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: rotate.functionName },
      topic: props.alarms,
    });
  }

  private role(props: KeyRotationProps): Role {
    return functionRole(this, 'role', {
      ...props,
      description: `Rotates ${props.secret.name}`,
      statements: [
        {
          sid: 'RotateSecret',
          actions: [
            'secretsmanager:DescribeSecret',
            'secretsmanager:GetSecretValue',
            'secretsmanager:PutSecretValue',
            'secretsmanager:UpdateSecretVersionStage',
          ],
          resources: props.secret.secret.arn,
        },
        {
          sid: 'EncryptThroughSecretsManager',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: props.key.arn,
          conditions: {
            StringEquals: { 'kms:ViaService': `secretsmanager.${props.region}.amazonaws.com` },
          },
        },
      ],
    });
  }
}
