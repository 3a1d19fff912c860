import {
  account,
  big,
  bootstrap,
  environmentStacks,
  type Json,
  list,
  type PolicyStatement,
  type Synthesised,
  small,
  statements,
} from '../aws-fixture';

const github = {
  repository: 'acme/platform',
  provider: 'managed',
  sessionHours: 2,
  branch: 'main',
  clusterPlans: false,
} as const;
const environments = ['dev', 'qa'];
const inAccount = environments.map((name) => ({ name }));
const stack = bootstrap({ github }, inAccount);
const issuer = 'token.actions.githubusercontent.com';
const role = (name: string): Json =>
  Object.values(stack.all('aws_iam_role')).find((one: Json) => one.name === name);
const policyOf = (name: string): PolicyStatement[] => {
  const [id] = Object.entries(stack.all('aws_iam_role')).find(([, one]) => one.name === name) ?? [];
  const inline = Object.values(stack.all('aws_iam_role_policy')).find(
    (one: Json) => one.role === `\${aws_iam_role.${id}.name}`,
  );
  return statements((inline as Json).policy);
};
const boundary = (environment: string): PolicyStatement[] =>
  statements(
    (
      Object.values(stack.all('aws_iam_policy')).find(
        (one: Json) => one.name === `github-holdfast-${environment}`,
      ) as Json
    ).policy,
  );
const sid = (all: PolicyStatement[], name: string) => all.find((one) => one.Sid === name);
const stateBucket = 'arn:aws:s3:::holdfast-state-123456789012-eu-west-1';
const stateKey = expect.stringMatching(/^<aws_kms_key\.state-key_\w+\.arn>$/);

/** Those that are GitHub's: bootstrap makes one for the trail as well. */
const githubRoles = (of: Synthesised): Json[] =>
  Object.values(of.all('aws_iam_role')).filter(({ name }: Json) => name.startsWith('github-'));

test('without it nobody but people gets in', () => {
  const without = bootstrap();
  expect(without.all('aws_iam_openid_connect_provider')).toEqual({});
  expect(githubRoles(without)).toEqual([]);
  expect(without.all('aws_iam_policy')).toEqual({});
});

describe('who gets in', () => {
  test.each([
    ['github-plan-holdfast', ['repo:acme/platform:pull_request', 'repo:acme/platform:ref:refs/heads/main']],
    ['github-holdfast-dev', 'repo:acme/platform:environment:dev'],
    ['github-holdfast-qa', 'repo:acme/platform:environment:qa'],
  ])('%s trusts %s and nothing else', (name, subject) => {
    expect(statements(role(name).assume_role_policy)).toEqual([
      {
        Sid: 'Assume',
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subject },
        },
      },
    ]);
  });

  test('there is a role for each environment of the account, and for no other', () => {
    expect(
      githubRoles(stack)
        .map((one) => one.name)
        .sort(),
    ).toEqual(['github-holdfast-dev', 'github-holdfast-qa', 'github-plan-holdfast']);
  });

  test('the provider is made, or taken as it is', () => {
    const [id] = Object.keys(stack.all('aws_iam_openid_connect_provider'));
    expect(stack.only('aws_iam_openid_connect_provider')).toEqual({
      url: `https://${issuer}`,
      client_id_list: ['sts.amazonaws.com'],
    });
    expect(role('github-holdfast-dev').depends_on).toEqual([`aws_iam_openid_connect_provider.${id}`]);

    const adopted = bootstrap({ github: { ...github, provider: 'adopted' } }, inAccount);
    expect(adopted.all('aws_iam_openid_connect_provider')).toEqual({});
    expect(githubRoles(adopted)).toHaveLength(3);
    for (const one of githubRoles(adopted)) {
      expect(one.assume_role_policy).toContain(`123456789012:oidc-provider/${issuer}`);
      expect(one.depends_on).toBeUndefined();
    }
  });

  test('sessions end: a plan’s after an hour, a deployment’s as the account says', () => {
    // One hour is AWS's own limit where none is set.
    expect(role('github-plan-holdfast').max_session_duration).toBeUndefined();
    expect(role('github-holdfast-dev').max_session_duration).toBe(7_200);
  });
});

describe('a plan', () => {
  const plan = policyOf('github-plan-holdfast');

  test('reads every state, and writes nothing but locks', () => {
    expect(sid(plan, 'ReadState')).toMatchObject({ Action: 's3:GetObject', Resource: `${stateBucket}/*` });
    const reading = /:(Get|List|Describe|View|BatchGet)|^kms:(Decrypt|GenerateDataKey)$/;
    const writing = plan
      .filter((one) => one.Effect === 'Allow')
      .flatMap((one) =>
        list(one.Action ?? [])
          .filter((action) => !reading.test(action))
          .map((action) => [action, one.Resource]),
      );
    expect(writing).toEqual([
      ['s3:PutObject', `${stateBucket}/*.tflock`],
      ['s3:DeleteObject', `${stateBucket}/*.tflock`],
    ]);
  });

  test('is denied every secret, every key but the state’s, and every object but states', () => {
    expect(sid(plan, 'NoSecrets')).toEqual({
      Sid: 'NoSecrets',
      Effect: 'Deny',
      Action: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue', 'ssm:GetParameter*'],
      Resource: '*',
    });
    expect(sid(plan, 'NoOtherKey')).toEqual({
      Sid: 'NoOtherKey',
      Effect: 'Deny',
      Action: 'kms:Decrypt',
      NotResource: stateKey,
    });
    expect(sid(plan, 'NoOtherObjects')).toMatchObject({ Effect: 'Deny', NotResource: `${stateBucket}/*` });
    expect(sid(plan, 'StateKey')).toMatchObject({
      Resource: stateKey,
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    });
  });
});

describe('a deployment', () => {
  const dev = boundary('dev');
  const boundaryArn = 'arn:aws:iam::123456789012:policy/github-holdfast-dev';

  test('may do what its boundary says, no more and no less', () => {
    const [id] =
      Object.entries(stack.all('aws_iam_policy')).find(([, p]) => p.name === 'github-holdfast-dev') ?? [];
    expect(role('github-holdfast-dev').permissions_boundary).toBe(`\${aws_iam_policy.${id}.arn}`);
    const attached = Object.values(stack.all('aws_iam_role_policy_attachment')).filter((one: Json) =>
      one.role.includes('github_dev-deploy'),
    );
    expect(attached).toEqual([expect.objectContaining({ policy_arn: `\${aws_iam_policy.${id}.arn}` })]);
  });

  test('reaches its own state and no other', () => {
    expect(sid(dev, 'AllButIdentityAndState')?.NotAction).toEqual([
      'account:*',
      'iam:*',
      'organizations:*',
      's3:*',
    ]);
    expect(sid(dev, 'AllBucketsButState')?.NotResource).toEqual([stateBucket, `${stateBucket}/*`]);
    const onState = dev.filter(
      (one) => one.Effect === 'Allow' && list(one.Resource ?? []).some((r) => r.startsWith(stateBucket)),
    );
    expect(onState.map((one) => [one.Action, one.Resource])).toEqual([
      ['s3:ListBucket', stateBucket],
      [['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], `${stateBucket}/dev/*`],
    ]);
  });

  test('makes roles of its environment only, and only bounded ones', () => {
    const roles = 'arn:aws:iam::123456789012:role/holdfast-dev-*';
    expect(sid(dev, 'BoundedRoles')).toMatchObject({
      Resource: roles,
      Condition: { StringEquals: { 'iam:PermissionsBoundary': boundaryArn } },
    });
    for (const action of ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy']) {
      const allowing = dev.filter((one) => one.Effect === 'Allow' && list(one.Action ?? []).includes(action));
      expect([action, allowing.map((one) => one.Sid)]).toEqual([action, ['BoundedRoles']]);
    }
    const identity = dev
      .filter((one) => one.Effect === 'Allow')
      .flatMap((one) => list(one.Action ?? []))
      .filter((action) => action.startsWith('iam:'));
    expect(identity).not.toContain('iam:DeleteRolePermissionsBoundary');
    expect(identity.filter((action) => /User|Login|AccessKey|OpenID|SAML/.test(action))).toEqual([]);
    expect(sid(dev, 'NoOtherRole')).toMatchObject({
      Effect: 'Deny',
      Action: 'sts:AssumeRole',
      NotResource: roles,
      Condition: { StringEquals: { 'aws:ResourceAccount': '123456789012' } },
    });
  });

  test('is denied the organisation, other environments’ resources, and what watches it', () => {
    expect(sid(dev, 'NoOrganisation')).toMatchObject({
      Effect: 'Deny',
      Action: ['account:*', 'organizations:*'],
      Resource: '*',
    });
    expect(sid(dev, 'NoOtherEnvironment')).toMatchObject({
      Effect: 'Deny',
      Action: expect.arrayContaining(['rds:Delete*', 'eks:Delete*', 'secretsmanager:GetSecretValue']),
      Resource: '*',
      Condition: {
        StringNotEquals: { 'aws:ResourceTag/environment': 'dev' },
        Null: { 'aws:ResourceTag/environment': 'false' },
      },
    });
    expect(sid(dev, 'NoOtherKey')).toEqual({
      Sid: 'NoOtherKey',
      Effect: 'Deny',
      Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:ReEncrypt*'],
      NotResource: stateKey,
      Condition: sid(dev, 'NoOtherEnvironment')?.Condition,
    });
    expect(sid(dev, 'NoBlindfold')).toMatchObject({
      Effect: 'Deny',
      Action: expect.arrayContaining([
        'cloudtrail:StopLogging',
        'guardduty:Delete*',
        's3:PutAccountPublicAccessBlock',
      ]),
    });
    expect(sid(dev, 'NoSilence')).toMatchObject({
      Effect: 'Deny',
      Action: expect.arrayContaining(['events:DisableRule', 'logs:Delete*', 'sns:Delete*', 'sns:Set*']),
      Resource: [
        'arn:aws:events:eu-west-1:123456789012:rule/holdfast-findings',
        'arn:aws:sns:eu-west-1:123456789012:holdfast-findings',
        'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/cloudtrail/holdfast-trail*',
      ],
    });
    expect(sid(dev, 'NoRecords')?.Resource).toEqual(
      ['trail', 'config', 'requests'].flatMap((what) => [
        `arn:aws:s3:::holdfast-${what}-123456789012-eu-west-1`,
        `arn:aws:s3:::holdfast-${what}-123456789012-eu-west-1/*`,
      ]),
    );
  });
});

describe('an environment of the account', () => {
  const { deployRole: _, ...unassumed } = big;
  const admitted = environmentStacks(unassumed, { ...account, github });
  const without = environmentStacks(small);

  test('bounds every role by name, whoever deploys it, and reads nothing of bootstrap’s', () => {
    const roles = Object.values(admitted).flatMap((one) => Object.values(one.all('aws_iam_role')));
    expect(roles.length).toBeGreaterThan(8);
    for (const one of roles) {
      expect([one.name, one.permissions_boundary]).toEqual([
        one.name,
        'arn:aws:iam::123456789012:policy/github-holdfast-big',
      ]);
      // Or the deploying role could not make it.
      expect(one.name).toMatch(/^holdfast-big-/);
    }
    for (const one of Object.values(admitted)) {
      expect(Object.keys(one.json.data?.terraform_remote_state ?? {})).not.toContain('bootstrap');
    }
  });

  test('bounds none without', () => {
    for (const one of Object.values(without).flatMap((each) => Object.values(each.all('aws_iam_role')))) {
      expect(one.permissions_boundary).toBeUndefined();
    }
  });

  test('lets the deploying role administer the cluster', () => {
    const entries = (of: typeof without) =>
      Object.values(of.cluster.all('aws_eks_access_entry')).map((one: Json) => one.principal_arn);
    expect(entries(admitted)).toContain('arn:aws:iam::123456789012:role/github-holdfast-big');
    expect(entries(without).join()).not.toContain('github');
  });

  test('lets the role that plans into the cluster only where that is asked for, and there to look', () => {
    const associations = (of: typeof without) =>
      Object.values(of.cluster.all('aws_eks_access_policy_association')).filter((one: Json) =>
        one.principal_arn.endsWith('/github-plan-holdfast'),
      );
    expect(associations(admitted)).toEqual([]);
    const open = environmentStacks(unassumed, { ...account, github: { ...github, clusterPlans: true } });
    expect(associations(open)).toEqual([
      expect.objectContaining({
        policy_arn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminViewPolicy',
        access_scope: { type: 'cluster' },
      }),
    ]);
  });
});
