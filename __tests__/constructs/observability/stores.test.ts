import type { AwsEnvironmentInput } from '../../../environments/schema';
import { environmentStacks, type Json, list, optional, small, statements } from '../aws-fixture';

const data = (observability: AwsEnvironmentInput['observability']) =>
  environmentStacks({ ...small, observability } as AwsEnvironmentInput).data;
const usual = data({ traces: { retentionDays: 5 } });
const bare = data({ traces: { enabled: false } });
const bucketOf = (stack: typeof usual) =>
  Object.entries(stack.all('aws_s3_bucket')).find(([, { bucket }]) => bucket.includes('-traces-'));
const policyOf = (stack: typeof usual, role: string) => {
  const [id] = Object.entries(stack.all('aws_iam_role')).find(([, { name }]) => name.endsWith(role)) ?? [];
  const found = Object.values<Json>(stack.all('aws_iam_role_policy')).find(
    (policy) => policy.role === `\${aws_iam_role.${id}.name}`,
  );
  return statements(found.policy);
};

describe('the bucket of traces', () => {
  test('is encrypted, for TLS alone, and forgets by itself what Tempo forgot', () => {
    const [id] = bucketOf(usual) ?? [];
    const of = (type: string) =>
      Object.values<Json>(usual.all(type)).find(({ bucket }) => bucket === `\${aws_s3_bucket.${id}.id}`);
    const [rule] = of('aws_s3_bucket_server_side_encryption_configuration').rule;
    expect(
      rule.apply_server_side_encryption_by_default[0] ?? rule.apply_server_side_encryption_by_default,
    ).toMatchObject({ sse_algorithm: 'aws:kms' });
    expect(statements(of('aws_s3_bucket_policy').policy)).toContainEqual(
      expect.objectContaining({ Sid: 'OnlyTls', Effect: 'Deny', Principal: '*' }),
    );
    const { rule: lifecycle } = of('aws_s3_bucket_lifecycle_configuration');
    expect(lifecycle.find((one: Json) => one.id === 'age').expiration).toEqual([{ days: 7 }]);
  });

  test('is Tempo’s alone, through one key, and is there only with traces', () => {
    const [id] = bucketOf(usual) ?? [];
    const policy = policyOf(usual, '-tempo');
    expect(policy.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
      ['FindTraces', `<aws_s3_bucket.${id}.arn>`],
      ['KeepTraces', expect.stringContaining(`aws_s3_bucket.${id}.arn`)],
      ['EncryptThem', expect.stringContaining('aws_kms_key.')],
    ]);
    expect(
      policy.flatMap(({ Action }) => list(Action ?? [])).filter((action) => action.includes('*')),
    ).toEqual([]);
    expect(policy[2]?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' },
    });
    expect(Object.values(usual.all('aws_eks_pod_identity_association'))).toContainEqual(
      expect.objectContaining({ namespace: 'tracing', service_account: 'tempo' }),
    );
    expect(bucketOf(bare)).toBeUndefined();
    expect(JSON.stringify(bare.json.output.trace_bucket_name)).toContain('""');
    expect(JSON.stringify(bare.json.resource)).not.toContain('tempo');
  });
});

describe('integrations', () => {
  const all = environmentStacks(optional as AwsEnvironmentInput).data;

  test('keep their keys in an entry that nobody but a person fills', () => {
    const names = Object.values(all.all('aws_secretsmanager_secret')).map(({ name }) => name);
    expect(names).toContain(`holdfast/${optional.name}/integrations`);
    const [id] =
      Object.entries(all.all('aws_secretsmanager_secret')).find(([, { name }]) =>
        name.endsWith('/integrations'),
      ) ?? [];
    expect(JSON.stringify(all.all('aws_secretsmanager_secret_version'))).not.toContain(id);
    const without = Object.values(usual.all('aws_secretsmanager_secret')).map(({ name }) => name);
    expect(without).not.toContain(`holdfast/${small.name}/integrations`);
  });

  test('let Prometheus write to the workspace that was made, and to no other', () => {
    expect(all.only('aws_prometheus_workspace')).toMatchObject({
      alias: `holdfast-${optional.name}`,
      kms_key_arn: expect.stringContaining('aws_kms_key.'),
    });
    expect(policyOf(all, '-prometheus')).toEqual([
      {
        Sid: 'CopyMetrics',
        Effect: 'Allow',
        Action: 'aps:RemoteWrite',
        Resource: expect.stringMatching(/^<aws_prometheus_workspace\.\w+\.arn>$/),
      },
    ]);
  });

  test('or to the one that is named', () => {
    const workspaceId = 'ws-01234567-89ab-cdef-0123-456789abcdef';
    const named = data({ integrations: { managedPrometheus: { workspaceId } } });
    expect(named.all('aws_prometheus_workspace')).toEqual({});
    expect(policyOf(named, '-prometheus')[0]?.Resource).toBe(
      `arn:aws:aps:eu-west-1:123456789012:workspace/${workspaceId}`,
    );
    expect(named.json.output.metrics_workspace_id.value).toBe(workspaceId);
  });
});
