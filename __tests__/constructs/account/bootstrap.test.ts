import { account, bootstrap as everything, type Json, type Synthesised } from '../aws-fixture';

/** Without what watches the account: security.test.ts is about that. */
const security = {
  ...account.security,
  guardDuty: 'off',
  securityHub: 'off',
  cloudTrail: 'off',
  config: 'off',
  accessAnalyzer: 'off',
  inspector: 'off',
} as const;
const bootstrap = (overrides: Partial<typeof account> = {}): Synthesised =>
  everything({ security, ...overrides });
const stack = bootstrap();

test('state lies beside the code at first, then in the bucket that it made', () => {
  expect(stack.json.terraform.backend).toEqual({
    local: { path: '../../../.state/bootstrap-tests.tfstate' },
  });
  expect(bootstrap({ bootstrapState: 's3' }).json.terraform.backend).toEqual({
    s3: {
      bucket: 'holdfast-state-123456789012-eu-west-1',
      key: 'bootstrap/tests.tfstate',
      region: 'eu-west-1',
      use_lockfile: true,
    },
  });
});

test('the state bucket is called as every other stack expects, and stays', () => {
  expect(Object.values(stack.all('aws_s3_bucket'))).toContainEqual(
    expect.objectContaining({
      bucket: `holdfast-state-${account.id}-${account.region}`,
      lifecycle: { prevent_destroy: true },
    }),
  );
  const keys = Object.values(stack.all('aws_kms_key')).filter((key: Json) => key.lifecycle?.prevent_destroy);
  expect(keys).toHaveLength(1);
});

test('old state versions go, but never the newest twenty', () => {
  const rules = (of: Synthesised): Json =>
    Object.entries(of.all('aws_s3_bucket_lifecycle_configuration')).find(([id]) =>
      id.startsWith('state_'),
    )?.[1].rule;
  const [noncurrent, leftovers] = rules(stack);
  expect(noncurrent.noncurrent_version_expiration).toEqual([
    { noncurrent_days: 90, newer_noncurrent_versions: 20 },
  ]);
  expect(leftovers.expiration).toEqual([{ expired_object_delete_marker: true }]);
  const longer = bootstrap({ retention: { ...account.retention, stateVersionDays: 400 } });
  expect(rules(longer)[0].noncurrent_version_expiration).toEqual([
    { noncurrent_days: 400, newer_noncurrent_versions: 20 },
  ]);
});

test('an image’s tag never moves, and images are scanned', () => {
  expect(stack.only('aws_ecr_repository')).toMatchObject({
    name: 'holdfast',
    image_tag_mutability: 'IMMUTABLE',
    image_scanning_configuration: { scan_on_push: true },
  });
  const { rules } = JSON.parse(stack.only('aws_ecr_lifecycle_policy').policy);
  expect(rules.map((rule: Json) => [rule.selection.tagStatus, rule.selection.countNumber])).toEqual([
    ['untagged', 7],
    ['tagged', 200],
  ]);
});

test('mails go out at 80 % of the actual and 100 % of the forecast cost', () => {
  expect(stack.only('aws_budgets_budget')).toMatchObject({ limit_amount: '100', time_unit: 'MONTHLY' });
  expect(
    stack
      .only('aws_budgets_budget')
      .notification.map((one: Json) => [
        one.notification_type,
        one.threshold,
        one.threshold_type,
        one.subscriber_email_addresses,
      ]),
  ).toEqual([
    ['ACTUAL', 80, 'PERCENTAGE', account.alertEmails],
    ['FORECASTED', 100, 'PERCENTAGE', account.alertEmails],
  ]);
});

test('an environment’s own budget counts what bears its tag', () => {
  const both = everything({ security }, [{ name: 'dev', monthlyBudgetUsd: 40 }, { name: 'prod' }]);
  const budgets = Object.values(both.all('aws_budgets_budget'));
  expect(budgets.map((one: Json) => [one.name, one.limit_amount, one.cost_filter?.[0]])).toEqual([
    ['holdfast-dev-monthly', '40', { name: 'TagKeyValue', values: ['user:environment$dev'] }],
    ['holdfast-monthly', '100', undefined],
  ]);
});

test('what is made later by anybody is private, encrypted, and behind IMDSv2', () => {
  expect(stack.only('aws_s3_account_public_access_block')).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(stack.only('aws_ebs_encryption_by_default')).toMatchObject({ enabled: true });
  expect(stack.only('aws_ec2_instance_metadata_defaults')).toMatchObject({
    http_tokens: 'required',
    http_put_response_hop_limit: 1,
  });
});

test('nobody can mistake it for an environment’s stack, and nothing reads its outputs', () => {
  expect(stack.json.output).toBeUndefined();
});
