import { changesOf } from '../../../tools/lib/plan/changes';

type Shown = NonNullable<Parameters<typeof changesOf>[0]['resource_changes']>[number];

const resource = (type: string, change: Partial<Shown['change']>, more: Partial<Shown> = {}): Shown => ({
  address: `${type}.one`,
  mode: 'managed',
  type,
  change: { actions: ['update'], before: {}, after: {}, ...change },
  ...more,
});
const only = (shown: Shown, drift: readonly Shown[] = []) => {
  const { changes } = changesOf({ resource_changes: [shown], resource_drift: drift });
  expect(changes).toHaveLength(1);
  return changes[0];
};

test('a replacement says which property forces it, before all others', () => {
  const change = only(
    resource('aws_db_instance', {
      actions: ['delete', 'create'],
      before: { allocated_storage: 20, db_name: 'a', id: 'db-1' },
      after: { allocated_storage: 40, db_name: 'b' },
      after_unknown: { id: true },
      replace_paths: [['db_name']],
    }),
  );
  expect(change).toMatchObject({
    kind: 'replace',
    stateful: true,
    why: "because it can't be changed in place: db_name a → b",
  });
  expect(change?.attributes).toEqual([
    { path: 'db_name', before: 'a', after: 'b', replaces: true },
    { path: 'allocated_storage', before: '20', after: '40' },
    { path: 'id', before: 'db-1', after: '(known after apply)' },
  ]);
});

test.each([
  ['replace_because_tainted', ['delete', 'create'], 'because it was made only half: its creation failed'],
  ['replace_by_request', ['create', 'delete'], 'because somebody asked for it by -replace'],
  ['delete_because_no_resource_config', ['delete'], expect.stringContaining('moveFromId')],
])('%s is told as a sentence', (action_reason, actions, why) => {
  expect(only(resource('aws_vpc', { actions, before: { id: 'x' } }, { action_reason }))).toMatchObject({
    why,
  });
});

test('what is lost stands first, then what is replaced or destroyed, then the rest', () => {
  const { changes } = changesOf({
    resource_changes: [
      resource('aws_eip', { actions: ['create'] }),
      resource('aws_lambda_function', { actions: ['update'], before: { a: 1 }, after: { a: 2 } }),
      resource('aws_route', { actions: ['delete'] }),
      resource('aws_db_instance', { actions: ['delete', 'create'] }),
      resource('aws_s3_bucket', { actions: ['no-op'] }),
      resource('aws_ami', { actions: ['read'] }, { mode: 'data' }),
    ],
  });
  expect(changes.map(({ type, kind }) => `${kind} ${type}`)).toEqual([
    'replace aws_db_instance',
    'destroy aws_route',
    'update aws_lambda_function',
    'create aws_eip',
  ]);
});

test('moved and imported resources are neither created nor changed', () => {
  expect(
    only(resource('aws_vpc', { actions: ['no-op'] }, { previous_address: 'aws_vpc.former' })),
  ).toMatchObject({ kind: 'move', previousAddress: 'aws_vpc.former' });
  expect(only(resource('aws_vpc', { actions: ['no-op'], importing: { id: 'vpc-1' } }))).toMatchObject({
    kind: 'import',
    importId: 'vpc-1',
  });
});

describe('drift', () => {
  const byHand = resource('aws_instance', {
    before: { size: 's', name: 'a' },
    after: { size: 'xl', name: 'a' },
  });

  test('that the plan takes back is told apart from what the program asks for', () => {
    const back = resource('aws_instance', {
      before: { size: 'xl', name: 'a' },
      after: { size: 's', name: 'a' },
    });
    expect(only(back, [byHand])?.cause).toBe('drift');
    const both = resource('aws_instance', {
      before: { size: 'xl', name: 'a' },
      after: { size: 's', name: 'b' },
    });
    expect(only(both, [byHand])?.cause).toBe('both');
    const other = resource('aws_instance', {
      before: { size: 'xl', name: 'a' },
      after: { size: 'xl', name: 'b' },
    });
    expect(only(other, [byHand])?.cause).toBe('configuration');
    expect(only(back)?.cause).toBe('configuration');
  });

  test('that the plan leaves is told, and so is a deletion by hand', () => {
    const gone = resource('aws_eip', { actions: ['delete'], before: { id: 'e' }, after: null });
    const { changes, drift } = changesOf({
      resource_changes: [resource('aws_eip', { actions: ['create'], before: null, after: { id: null } })],
      resource_drift: [byHand, gone],
    });
    expect(changes).toMatchObject([{ kind: 'create', cause: 'drift' }]);
    expect(drift).toMatchObject([
      { address: 'aws_instance.one', kind: 'changed', reverted: false, attributes: [{ path: 'size' }] },
      { address: 'aws_eip.one', kind: 'deleted', reverted: true },
    ]);
  });
});

describe('values', () => {
  const attributes = (type: string, change: Partial<Shown['change']>) =>
    only(resource(type, change))?.attributes;

  test('lists are compared as sets, blocks part by part, and JSON text as a tree', () => {
    expect(
      attributes('aws_security_group', {
        before: { cidrs: ['a', 'b'], rule: [{ port: 1, to: 'x' }] },
        after: { cidrs: ['b', 'c'], rule: [{ port: 2, to: 'x' }] },
      }),
    ).toEqual([
      { path: 'cidrs', before: 'a' },
      { path: 'cidrs', after: 'c' },
      { path: 'rule.port', before: '1', after: '2' },
    ]);
    expect(
      attributes('aws_iam_role_policy', {
        before: { policy: '{"Statement":[{"Sid":"A","Action":"s3:Get"}]}' },
        after: { policy: '{"Statement":[{"Sid":"A","Action":"s3:*"}]}' },
      }),
    ).toEqual([{ path: 'policy.Statement.Action', before: 's3:Get', after: 's3:*' }]);
  });

  test('of long values the part that differs is shown', () => {
    const [before, after] = ['x', 'y'].map((end) => ({ v: `${'a'.repeat(500)}${end}${'b'.repeat(500)}` }));
    const [shown] = attributes('aws_x', { before, after }) ?? [];
    expect(shown?.before).toMatch(/^…a{30}xb+…$/);
    expect(shown?.after).toMatch(/^…a{30}yb+…$/);
  });

  test('unset in one way or another is no change', () => {
    const change = { before: { a: null, b: [], c: '' }, after: { a: '', b: null, c: {} } };
    expect(attributes('aws_vpc', change)).toEqual([]);
  });

  test.each([
    ['what Terraform marks', 'aws_x', { v: 'hunter2' }, { v: true }],
    ['a marked part of a block', 'aws_x', { block: [{ v: 'hunter2', w: 1 }] }, { block: [{ v: true }] }],
    ['by name', 'aws_x', { master_password: 'hunter2' }, {}],
    ['by name in a tree of JSON', 'helm_release', { values: ['{"db":{"authToken":"hunter2"}}'] }, {}],
    ['settings by their own name', 'aws_x', { env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] }, {}],
    ['all of a Kubernetes secret', 'kubernetes_secret_v1', { data: { hunter2: 'hunter2' } }, {}],
    ['passwords in addresses', 'aws_x', { url: 'postgres://me:hunter2@db/x' }, {}],
    ['private keys', 'aws_x', { v: '-----BEGIN RSA PRIVATE KEY-----hunter2' }, {}],
    ['keys of AWS', 'aws_x', { v: 'AKIAHUNTER2HUNTER2XY hunter2' }, {}],
  ])('%s is masked, and that it changes is told', (_, type, after, after_sensitive) => {
    const before = JSON.parse(JSON.stringify(after).replaceAll('hunter2', 'hunter1'));
    const shown = attributes(type, { before, after, before_sensitive: after_sensitive, after_sensitive });
    expect(JSON.stringify(shown)).not.toMatch(/hunter/);
    expect(JSON.stringify(shown)).toContain('(sensitive)');
    expect(shown).toHaveLength(1);
  });

  test('where a secret lies is not masked', () => {
    const change = {
      before: { secret_arn: 'a', password_wo_version: 1 },
      after: { secret_arn: 'b', password_wo_version: 2 },
    };
    expect(attributes('aws_x', change)).toEqual([
      { path: 'password_wo_version', before: '1', after: '2' },
      { path: 'secret_arn', before: 'a', after: 'b' },
    ]);
  });
});
