import { type Cases, type Json, policyOf, withStatement } from './case';

const read = { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' };
const grants = (
  statement: Json,
  wrong: Json,
  where: string | undefined = undefined,
  also: readonly string[] = [],
) => ({
  good: { aws_iam_role_policy: { p: { policy: policyOf(statement) } } },
  patch: { aws_iam_role_policy: { policy: withStatement(wrong) } },
  golden: 'prod/data',
  where,
  also,
});
const allow = (Action: string | string[], Resource = '*') => ({
  Sid: 'Wrong',
  Effect: 'Allow',
  Action,
  Resource,
});
const trust = (Principal: Json, Condition?: Json) =>
  policyOf({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition ? { Condition } : {}) });
const pods = trust(
  { Service: 'pods.eks.amazonaws.com' },
  {
    StringEquals: {
      'aws:RequestTag/eks-cluster-arn': 'x',
      'aws:RequestTag/kubernetes-namespace': 'x',
      'aws:RequestTag/kubernetes-service-account': 'x',
    },
  },
);
const github = trust(
  { Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com' },
  { StringEquals: { 'token.actions.githubusercontent.com:sub': 'repo:acme/platform:environment:prod' } },
);
const attached = (name: string, also: readonly string[] = []) => ({
  good: {
    aws_iam_role_policy_attachment: {
      a: { policy_arn: 'arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy' },
    },
  },
  patch: { aws_iam_role_policy_attachment: { policy_arn: `arn:aws:iam::aws:policy/${name}` } },
  golden: 'prod/cluster',
  also,
});
const secret = { aws_secretsmanager_secret: { s: {} } };
const rotation = {
  secret_id: '${aws_secretsmanager_secret.s.id}',
  rotation_rules: { automatically_after_days: 90 },
};
const makes = (type: string) => ({
  good: {},
  patch: (stack: Json) => {
    stack.resource = { ...stack.resource, [type]: { somebody: { name: 'somebody', user: 'somebody' } } };
  },
  golden: 'prod/data',
});

export const identity: Cases = {
  'iam-no-full-access': grants(read, allow('*')),
  'iam-no-service-wildcards': grants(read, allow('ec2:*')),
  'iam-pass-role-named': {
    good: {
      aws_iam_role_policy: {
        p: { policy: policyOf(allow('iam:PassRole', 'arn:aws:iam::123456789012:role/x')) },
      },
    },
    patch: { aws_iam_role_policy: { policy: withStatement(allow('iam:PassRole')) } },
    golden: 'prod/data',
  },
  'iam-decrypt-named': grants(allow('kms:Decrypt', '${aws_kms_key.k.arn}'), allow('kms:Decrypt')),
  'iam-secrets-named': grants(
    allow('secretsmanager:GetSecretValue', 'x'),
    allow('secretsmanager:GetSecretValue'),
  ),
  'iam-no-managed-admin': attached('AdministratorAccess'),
  'iam-no-cloudshell': attached('AWSCloudShellFullAccess'),
  'iam-no-users': makes('aws_iam_user'),
  'iam-no-access-keys': makes('aws_iam_access_key'),
  'iam-trust-named': {
    good: { aws_iam_role: { r: { assume_role_policy: trust({ Service: 'ec2.amazonaws.com' }) } } },
    patch: {
      aws_iam_role: {
        assume_role_policy: withStatement({
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'sts:AssumeRole',
        }),
      },
    },
    golden: 'prod/cluster',
  },
  'iam-oidc-bound': {
    good: { aws_iam_role: { r: { assume_role_policy: github } } },
    patch: {
      aws_iam_role: {
        assume_role_policy: (text: string) => text.replace(/repo:acme\/platform:\w+(:\w+)?/, 'repo:*'),
      },
    },
    golden: 'watched/bootstrap',
    where: 'github_',
  },
  'iam-oidc-audience': {
    good: { aws_iam_openid_connect_provider: { p: { client_id_list: ['sts.amazonaws.com'] } } },
    patch: { aws_iam_openid_connect_provider: { client_id_list: ['sts.amazonaws.com', 'other'] } },
    golden: 'watched/bootstrap',
  },
  'iam-deploy-bounded': {
    good: {
      aws_iam_role: { r: { assume_role_policy: github, permissions_boundary: '${aws_iam_policy.b.arn}' } },
      aws_iam_role_policy: {
        p: { role: '${aws_iam_role.r.name}', policy: policyOf(allow('iam:CreateRole', 'x')) },
      },
    },
    patch: { aws_iam_role: { permissions_boundary: undefined } },
    goldenPatch: { aws_iam_role_policy: { policy: withStatement(allow('iam:PutRolePolicy', 'x')) } },
    golden: 'watched/bootstrap',
    where: 'github_plan',
  },
  'pod-identity-bound': {
    good: { aws_iam_role: { r: { assume_role_policy: pods } } },
    patch: {
      aws_iam_role: { assume_role_policy: (text: string) => text.replace('kubernetes-namespace', 'other') },
    },
    golden: 'prod/cluster',
    where: 'cloudwatch-exporter',
  },
  'instances-have-roles': {
    good: { aws_instance: { i: { iam_instance_profile: '${aws_iam_instance_profile.p.name}' } } },
    patch: { aws_instance: { iam_instance_profile: undefined } },
    golden: 'prod/data',
  },
  'functions-called-by-source': {
    good: {
      aws_lambda_permission: { p: { principal: 'events.amazonaws.com', source_arn: 'arn:aws:events:x' } },
    },
    patch: { aws_lambda_permission: { source_arn: undefined, source_account: undefined } },
    golden: 'prod/data',
  },
  'password-policy-length': {
    good: { aws_iam_account_password_policy: { p: { minimum_password_length: 14 } } },
    patch: { aws_iam_account_password_policy: { minimum_password_length: 8 } },
    golden: 'watched/bootstrap',
  },
  'password-policy-reuse': {
    good: { aws_iam_account_password_policy: { p: { password_reuse_prevention: 24 } } },
    patch: { aws_iam_account_password_policy: { password_reuse_prevention: 5 } },
    golden: 'watched/bootstrap',
  },
  'secrets-rotate': {
    good: { ...secret, aws_secretsmanager_secret_rotation: { r: rotation } },
    patch: { aws_secretsmanager_secret_rotation: null },
    golden: 'prod/data',
  },
  'secrets-rotate-quarterly': {
    good: { ...secret, aws_secretsmanager_secret_rotation: { r: rotation } },
    patch: { aws_secretsmanager_secret_rotation: { rotation_rules: { automatically_after_days: 365 } } },
    golden: 'prod/data',
  },
  'secrets-recoverable': {
    good: { aws_secretsmanager_secret: { s: { recovery_window_in_days: 7 } } },
    patch: { aws_secretsmanager_secret: { recovery_window_in_days: 0 } },
    golden: 'prod/data',
  },
  'secrets-not-in-state': {
    good: { aws_secretsmanager_secret_version: { v: { secret_string_wo: 'x' } } },
    patch: { aws_secretsmanager_secret_version: { secret_string: 'x' } },
    golden: 'prod/data',
  },
};
