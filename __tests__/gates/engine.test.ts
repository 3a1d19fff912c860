import { evaluate, expiredWaivers, frameworks, gates, idleWaivers, type Waiver } from '../../gates';
import { Environment } from '../../gates/engine/environment';
import { gatesOf } from '../../gates/engine/gates';
import { masked } from '../../gates/engine/mask';
import { policy } from '../../gates/engine/policy';
import { readStack, type StackInput } from '../../gates/engine/read';
import { evaluators, subjects } from '../../gates/evaluators';
import { waivers } from '../../gates/waivers';
import { goldenEnvironments } from '../support/gate-environments';

const stack = (component: string, resource: object, output: object = {}): StackInput => ({
  name: `x-${component}`,
  component,
  json: { resource, output } as StackInput['json'],
});
const open = { aws_db_instance: { d: { storage_encrypted: false, username: 'nobody' } } };
const waiver: Waiver = {
  gate: 'rds-encrypted',
  resources: ['data/aws_db_instance.*'],
  reason: 'A test.',
  owner: 'platform',
  until: '2026-12-31',
};
const judged = (given: readonly Waiver[], today = '2026-11-21', expired?: 'warn') => {
  const only = gates.filter(({ evaluatorId }) => evaluatorId === 'rds-encrypted');
  return evaluate({ name: 'x', tier: 'production' }, [stack('data', open)], only, {
    ...{ today, waivers: given },
    ...(expired ? { expired } : {}),
  });
};
const statuses = (verdict: ReturnType<typeof judged>) => [
  ...new Set(verdict.results.map(({ status }) => status)),
];

describe('the gates', () => {
  test('are as many as is asked for, of eight frameworks, without one id twice', () => {
    expect(frameworks).toHaveLength(8);
    expect(gates.length).toBeGreaterThanOrEqual(180);
    expect(Object.keys(evaluators).length).toBeGreaterThanOrEqual(90);
    expect(new Set(gates.map(({ id }) => id)).size).toBe(gates.length);
    expect(frameworks.filter(({ controls }) => controls.length === 0)).toEqual([]);
  });

  test('leave out no evaluator, and no two subjects have one of the same name', () => {
    const names = Object.values(subjects).flatMap((own) => Object.keys(own));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !gates.some(({ evaluatorId }) => evaluatorId === name))).toEqual([]);
  });

  test('have rationales of their own', () => {
    const texts = gates.map(({ framework, rationale }) => `${framework.id} ${rationale}`);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('refuse a framework that names an evaluator which is not there', () => {
    const [first] = frameworks;
    const wrong = {
      ...first,
      controls: [{ number: '1', about: 'x', confirmed: true, evaluators: ['gone'] }],
    };
    expect(() => gatesOf([wrong as never], evaluators)).toThrow('names "gone"');
  });
});

describe('waivers', () => {
  test('excuse their gate and resource until their last day', () => {
    expect(statuses(judged([]))).toEqual(['fail']);
    expect(statuses(judged([waiver]))).toEqual(['waived']);
    expect(statuses(judged([waiver], waiver.until))).toEqual(['waived']);
    expect(statuses(judged([{ ...waiver, gate: 'rds-not-public' }]))).toEqual(['fail']);
    expect(statuses(judged([{ ...waiver, resources: ['data/aws_db_instance.other'] }]))).toEqual(['fail']);
    expect(statuses(judged([{ ...waiver, tiers: ['development'] }]))).toEqual(['fail']);
  });

  test('of one gate leave the others as they are', () => {
    const one = judged([{ ...waiver, gate: 'soc2/CC6.1/rds-encrypted' }]);
    expect(one.results.filter(({ status }) => status === 'waived').map(({ gate }) => gate.id)).toEqual([
      'soc2/CC6.1/rds-encrypted',
    ]);
    expect(statuses(one)).toContain('fail');
  });

  test('fail once they are over, and only warn where nothing is deployed', () => {
    expect(statuses(judged([waiver], '2027-01-01'))).toEqual(['fail']);
    const warned = judged([waiver], '2027-01-01', 'warn');
    expect(statuses(warned)).toEqual(['waived']);
    expect(warned.warnings).toEqual(expiredWaivers([waiver], '2027-01-01'));
    expect(warned.warnings[0]).toContain('until 2026-12-31, which is over: platform mends it');
    expect(expiredWaivers([waiver], waiver.until)).toEqual([]);
  });

  test('are idle where nothing fails', () => {
    expect(idleWaivers([waiver], [judged([waiver])])).toEqual([]);
    expect(idleWaivers([{ ...waiver, gate: 'rds-logged' }], [judged([])])).toEqual([
      'gates/waivers.ts: rds-logged is waived for data/aws_db_instance.*, where nothing fails: take it out',
    ]);
  });
});

describe('the shipped environments', () => {
  // As `npm test` has it: what is over warns (decision 16).
  const verdicts = Object.values(goldenEnvironments()).map(({ facts, stacks }) =>
    evaluate(facts, stacks, gates, { today: '2026-11-21', waivers, expired: 'warn' }),
  );

  test('pass every gate, or say why not', () => {
    const failing = verdicts.flatMap(({ environment, results }) =>
      results.filter(({ status }) => status === 'fail').map(({ gate }) => `${environment} ${gate.id}`),
    );
    expect(failing).toEqual([]);
    expect(verdicts.flatMap(({ unknown }) => unknown)).toEqual([]);
  });

  test('use every waiver, and each says who and why', () => {
    expect(idleWaivers(waivers, verdicts)).toEqual([]);
    expect(
      waivers.filter(
        ({ reason, owner, until }) => reason.length < 30 || !owner || !/^\d{4}-\d\d-\d\d$/.test(until),
      ),
    ).toEqual([]);
    expect(
      waivers.filter(({ gate }) => !(gate in evaluators) && !gates.some(({ id }) => id === gate)),
    ).toEqual([]);
  });

  test('give a reason for whatever is not applicable, and show no account and no mail address', () => {
    const all = verdicts.flatMap(({ results }) => results);
    expect(all.filter(({ status, reason }) => status === 'not applicable' && !reason)).toEqual([]);
    const seen = all.flatMap(({ findings }) => findings.map(({ observed }) => observed)).join('\n');
    expect(seen).not.toMatch(/\d{12}|@example\.com/);
  });
});

describe('an environment', () => {
  test('knows what refers to what, through outputs of other stacks too', () => {
    const network = stack('network', { aws_subnet: { s: {} } }, { ids: { value: ['${aws_subnet.s.id}'] } });
    const data = stack('data', {
      aws_db_subnet_group: { g: { subnet_ids: '${data.terraform_remote_state.network.outputs.ids}' } },
    });
    const environment = new Environment({ name: 'x', tier: 'production' }, [network, data].map(readStack));
    const [group] = environment.all('aws_db_subnet_group');
    const [subnet] = environment.all('aws_subnet');
    expect(environment.follow(group as never, group?.values.subnet_ids[0])).toEqual([subnet]);
  });

  test('keeps stacks apart whose resources have the same name', () => {
    const bucket = { aws_s3_bucket: { b: {} } };
    const versioning = { aws_s3_bucket_versioning: { v: { bucket: '${aws_s3_bucket.b.id}' } } };
    const environment = new Environment(
      { name: 'x', tier: 'production' },
      [stack('data', { ...bucket, ...versioning }), stack('backup', bucket)].map(readStack),
    );
    const counts = environment
      .all('aws_s3_bucket')
      .map((one) => environment.of(one, 'aws_s3_bucket_versioning', 'bucket').length);
    expect(counts).toEqual([1, 0]);
  });

  test('has what the account has adopted', () => {
    const only = gates.filter(({ evaluatorId }) => evaluatorId === 'guardduty-on').slice(0, 1);
    const ask = (singletons: Record<string, string>) =>
      evaluate({ name: 'x', tier: 'production', singletons }, [], only, { today: '2026-11-21', waivers: [] })
        .results[0];
    expect(ask({ guardDuty: 'off' })?.status).toBe('fail');
    expect(ask({ guardDuty: 'adopted' })).toMatchObject({
      status: 'not applicable',
      reason: expect.stringContaining('adopted'),
    });
  });

  test('lists policies that are known only after apply, and judges none of them', () => {
    const { unknown, resources } = readStack(
      stack('data', { aws_iam_role_policy: { p: { policy: '${data.x.y.json}' } } }),
    );
    expect(unknown).toEqual(['x-data: aws_iam_role_policy.p: policy is known only after apply']);
    expect(resources[0]?.values).toMatchObject({ policy: undefined });
  });
});

test('policies are read as Terraform completes them', () => {
  const [first] =
    policy(
      '{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"a:b","Resource":["x",${jsonencode(aws_s3_bucket.a["b"].arn)},${jsonencode("y/${z.id}")}]}}',
    ) ?? [];
  expect(first).toMatchObject({
    principals: ['*'],
    actions: ['a:b'],
    resources: ['x', "${aws_s3_bucket.a['b'].arn}", 'y/${z.id}'],
  });
});

test('masks hide secrets, accounts and people', () => {
  expect(masked('arn:aws:iam::123456789012:role/a for a.b@example.com')).toBe(
    'arn:aws:iam::(account):role/a for (mail address)',
  );
  expect(masked('key AKIAIOSFODNN7EXAMPLE')).toBe('(sensitive)');
});
