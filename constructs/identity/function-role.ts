import type { Construct } from 'constructs';
import { logGroupArn, type Place } from './place';
import { type Statement, trustPolicy } from './policy';
import { Role } from './role';

export interface FunctionRoleProps extends Place {
  /** Of the role and of the function that takes it. Changing it replaces both. */
  readonly name: string;
  readonly description: string;
  /** What the function may do besides reading its variables and writing its log. */
  readonly statements: readonly Statement[];
  /** Of its variables. */
  readonly key: { readonly arn: string };
}

/** Where a function logs. */
export const functionLogGroup = (name: string): string => `/aws/lambda/${name}`;

/** The role of a Lambda function. Its log group must be there: the role may not make one. */
export const functionRole = (scope: Construct, id: string, props: FunctionRoleProps): Role =>
  new Role(scope, id, {
    name: props.name,
    description: props.description,
    // No condition: a function takes a role of its own account alone, from somebody who may pass it on.
    trust: trustPolicy('lambda.amazonaws.com', 'sts:AssumeRole'),
    statements: [
      ...props.statements,
      {
        sid: 'ReadOwnVariables',
        actions: 'kms:Decrypt',
        resources: props.key.arn,
        conditions: { StringEquals: { 'kms:ViaService': `lambda.${props.region}.amazonaws.com` } },
      },
      {
        sid: 'WriteLogs',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: logGroupArn(props, `${functionLogGroup(props.name)}:*`),
      },
    ],
  });
