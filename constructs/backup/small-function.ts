import { join } from 'node:path';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { Construct } from 'constructs';
import { FunctionCode } from '../core/function-code';
import type { EncryptionKey } from '../encryption/key';
import { functionLogGroup, functionRole } from '../identity/function-role';
import { arnIn, type Place } from '../identity/place';
import type { Statement } from '../identity/policy';
import { LogGroup } from '../storage/log-group';

export interface SmallFunctionProps extends Place {
  /** Of the function and its role, at most 64 characters. Changing it replaces both. */
  readonly name: string;
  readonly description: string;
  /** Folder of its code, beside this file. */
  readonly code: 'validation' | 'watch';
  readonly environment: Readonly<Record<string, string>>;
  /** What it may do besides writing its log. */
  readonly statements: readonly Statement[];
  /** Of its log and its variables; its policy must name `functionLogGroup`. */
  readonly key: EncryptionKey;
  /** Days that its log is kept. */
  readonly logRetentionDays: number;
}

/**
 * A function that asks AWS and says what it found. It is outside the VPC, which would give it a way to the database; it
 * has no concurrency of its own, which new accounts can't spare, and no dead-letter queue: an alarm watches its errors.
 */
export class SmallFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SmallFunctionProps,
  ) {
    super(scope, id);
    const logs = new LogGroup(this, 'logs', {
      name: functionLogGroup(props.name),
      retentionDays: props.logRetentionDays,
      key: props.key,
    });
    const role = functionRole(this, 'role', props);
    const code = new FunctionCode(this, 'code', join(__dirname, props.code));
    this.lambda = new LambdaFunction(this, 'function', {
      functionName: props.name,
      description: props.description,
      role: role.arn,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: code.path,
      sourceCodeHash: code.hash,
      timeout: 60,
      memorySize: 256,
      // Its variables are no secrets, but what can be encrypted is.
      kmsKeyArn: props.key.arn,
      // Costs nothing and needs no permission: traces only what its caller traces.
      tracingConfig: { mode: 'PassThrough' },
      environment: { variables: { ...props.environment } },
      loggingConfig: { logFormat: 'JSON', logGroup: logs.group.name },
      dependsOn: role.permissions,
    });
  }

  /** Lets one rule of EventBridge call it. */
  calledBy(rule: string): LambdaPermission {
    return new LambdaPermission(this, 'permission', {
      statementId: 'events',
      action: 'lambda:InvokeFunction',
      functionName: this.lambda.functionName,
      principal: 'events.amazonaws.com',
      sourceArn: arnIn(this.props, 'events', `rule/${rule}`),
    });
  }
}
