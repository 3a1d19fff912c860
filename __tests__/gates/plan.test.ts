import { evaluate, gates, type StackInput } from '../../gates';
import { isPlanJson, plannedAddresses, withPlan } from '../../gates/engine/plan-json';
import plan from './plan.json';

/** As the program has it: everything is right. */
const synthesised: StackInput = {
  name: 'x-data',
  component: 'data',
  json: {
    resource: {
      aws_s3_bucket: { a: { bucket: 'a', lifecycle: { prevent_destroy: true } } },
      aws_s3_bucket_versioning: {
        a: { bucket: '${aws_s3_bucket.a.id}', versioning_configuration: { status: 'Enabled' } },
      },
      aws_s3_bucket_policy: {
        a: {
          bucket: '${aws_s3_bucket.a.id}',
          policy:
            '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":${jsonencode(aws_s3_bucket.a.arn)},"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}',
        },
      },
      aws_db_instance: { gone: { storage_encrypted: false } },
    },
  },
};
const statusOf = (stack: StackInput, evaluator: string) => {
  const only = gates.filter(({ evaluatorId }) => evaluatorId === evaluator).slice(0, 1);
  const { results, unknown } = evaluate({ name: 'x', tier: 'production' }, [stack], only, {
    today: '2026-11-21',
    waivers: [],
  });
  return {
    status: results[0]?.status,
    observed: results[0]?.findings.map(({ observed }) => observed),
    unknown,
  };
};

test('a plan is told from other JSON', () => {
  expect(isPlanJson(plan)).toBe(true);
  expect(isPlanJson({ resource_changes: [] })).toBe(false);
  expect(plannedAddresses(plan)).toEqual([
    'aws_s3_bucket.a',
    'aws_s3_bucket_versioning.a',
    'aws_s3_bucket_policy.a',
    'aws_db_instance.new',
  ]);
});

describe('a stack with a plan over it', () => {
  const planned = withPlan(synthesised, plan);

  test('has the plan’s values, blocks as lists and all', () => {
    expect(statusOf(synthesised, 's3-versioned').status).toBe('pass');
    expect(statusOf(planned, 's3-versioned')).toMatchObject({
      status: 'fail',
      observed: ['versioning = Suspended'],
    });
    expect(statusOf(planned, 'rds-encrypted')).toMatchObject({
      status: 'pass',
      observed: ['storage_encrypted = true'],
    });
  });

  test('keeps references and policies that are known only after apply as the program has them', () => {
    expect(statusOf(planned, 's3-tls-only')).toMatchObject({ status: 'pass', unknown: [] });
    expect(statusOf(planned, 's3-protected')).toMatchObject({ status: 'pass' });
  });

  test('says which policy could not be judged where the program has none either', () => {
    const { resource } = synthesised.json;
    const without = { ...synthesised, json: { resource: { ...resource, aws_s3_bucket_policy: {} } } };
    expect(statusOf(withPlan(without, plan), 's3-tls-only')).toMatchObject({
      status: 'not applicable',
      unknown: ['x-data: aws_s3_bucket_policy.a: policy is known only after apply'],
    });
  });
});
