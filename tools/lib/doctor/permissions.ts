import type { AwsDeployment } from '../../../environments/load';
import { stateBucketName } from '../../../stacks/props';
import type { Permission } from './account';

/**
 * A sample of what a deployment does, at least one action of every service it makes something of: who may create
 * these may as a rule do the rest. Not a policy: that is the deploying role's, in constructs/account/github-access.ts.
 */
export function deployPermissions({ environment, account }: AwsDeployment): Permission[] {
  const { name, region } = environment;
  const arn = (service: string, resource: string, place = `${region}:${account.id}`) =>
    `arn:aws:${service}:${place}:${resource}`;
  const role = arn('iam', `role/holdfast-${name}-doctor`, `:${account.id}`);
  const state = `arn:aws:s3:::${stateBucketName(account)}`;
  return [
    { action: 's3:GetObject', resource: `${state}/${name}/network.tfstate` },
    { action: 's3:PutObject', resource: `${state}/${name}/network.tfstate` },
    // The lock is an object that is deleted again.
    { action: 's3:DeleteObject', resource: `${state}/${name}/network.tfstate.tflock` },
    { action: 'ec2:CreateVpc', resource: arn('ec2', 'vpc/*') },
    { action: 'ec2:CreateSecurityGroup', resource: arn('ec2', 'security-group/*') },
    { action: 'eks:CreateCluster', resource: arn('eks', `cluster/holdfast-${name}`) },
    { action: 'iam:CreateRole', resource: role },
    { action: 'iam:PassRole', resource: role },
    {
      action: 'iam:CreateServiceLinkedRole',
      resource: arn('iam', 'role/aws-service-role/*', `:${account.id}`),
    },
    { action: 'kms:CreateKey', resource: '*' },
    { action: 'logs:CreateLogGroup', resource: arn('logs', `log-group:/aws/eks/holdfast-${name}/cluster`) },
    { action: 'rds:CreateDBInstance', resource: arn('rds', `db:holdfast-${name}`) },
    {
      action: 'elasticache:CreateReplicationGroup',
      resource: arn('elasticache', `replicationgroup:holdfast-${name}`),
    },
    {
      action: 'secretsmanager:CreateSecret',
      resource: arn('secretsmanager', `secret:holdfast/${name}/service-*`),
    },
    { action: 'sns:CreateTopic', resource: arn('sns', `holdfast-${name}-alarms`) },
    { action: 'cloudwatch:PutMetricAlarm', resource: arn('cloudwatch', `alarm:holdfast-${name}-*`) },
  ];
}
