import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acknowledgementProblems, planProblems } from '../../../tools/lib/plan/apply-check';
import { currentCommit } from '../../../tools/lib/plan/make-plan';
import type { Plan, StackPlan } from '../../../tools/lib/plan/model';
import { sha256 } from '../../../tools/lib/plan/plan-file';
import { synthesisHash } from '../../../tools/lib/plan/plan-stack';
import type { Session } from '../../../tools/lib/plan/session';
import { change, planOf, stack } from '../../support/plans';

const dangerous = planOf([
  stack('dev-network', { changes: [change('aws_eip', { kind: 'create' })] }),
  stack('dev-data', {
    changes: [change('aws_db_instance', { kind: 'replace' }), change('aws_route', { kind: 'destroy' })],
  }),
]);

describe('a loss', () => {
  const { stacks } = dangerous;
  const name = 'dev-data/aws_db_instance.one';

  test('wants to be acknowledged by its name, and a stack’s name does not do', () => {
    expect(acknowledgementProblems(dangerous, stacks, [name])).toEqual([]);
    expect(acknowledgementProblems(dangerous, stacks, [])).toEqual([
      `${name} would be lost with what it holds: if that is meant, add --acknowledge '${name}'`,
    ]);
    expect(acknowledgementProblems(dangerous, stacks, ['dev-data'])).toHaveLength(2);
  });

  test('of a stack that is destroyed may be acknowledged by the stack', () => {
    expect(acknowledgementProblems({ ...dangerous, destroy: true }, stacks, ['dev-data'])).toEqual([]);
  });

  test('that nobody plans can’t be acknowledged', () => {
    expect(acknowledgementProblems(dangerous, stacks, [name, 'dev-data/aws_db_instance.on'])).toEqual([
      `--acknowledge dev-data/aws_db_instance.on: the plan loses no such thing; did you mean ${name}?`,
    ]);
  });
});

describe('a saved plan', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-plan-'));
    writeFileSync(join(folder, 'dev-data.tfplan'), 'plan');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const json = { resource: { aws_vpc: { one: {} } } };
  const session = (changed: object = {}) =>
    ({
      terraform: { name: 'terraform', version: '1.11.4' },
      stacks: [{ name: 'dev-data', json: { ...json, ...changed } }],
    }) as unknown as Session;
  const saved = { file: 'dev-data.tfplan', sha256: sha256('plan'), serial: 1, lineage: 'x' };
  const data = stack('dev-data', { synthesis: synthesisHash(json), saved });
  const commit = currentCommit();
  const planned = (stacks: readonly StackPlan[], more: Partial<Plan> = {}) =>
    planOf(stacks, { ...(commit ? { commit } : {}), ...more });
  const problems = (plan: Plan, now = session()) => planProblems(plan, plan.stacks, folder, now, {});

  test('holds as long as nothing else does', () => {
    expect(problems(planned([data]))).toEqual([]);
    expect(problems(planned([data]), session({ '//': { metadata: 'other' } }))).toEqual([]);
  });

  test.each<[string, () => string[], RegExp]>([
    [
      'the commit',
      () => problems(planned([data], { commit: 'f'.repeat(40) })),
      /made of commit ffffffff and this is/,
    ],
    [
      'the program',
      () => problems(planned([data]), session({ output: {} })),
      /dev-data: the plan is stale: .* edited since/,
    ],
    [
      'Terraform',
      () => problems(planned([data], { terraform: { name: 'tofu', version: '1.11.0' } })),
      /made by tofu 1\.11\.0 and this is terraform 1\.11\.4/,
    ],
    [
      'its file',
      () => problems(planned([{ ...data, saved: { ...saved, sha256: 'other' } }])),
      /is not the file/,
    ],
    [
      'its file’s presence',
      () => problems(planned([{ ...data, saved: { ...saved, file: 'none' } }])),
      /is missing/,
    ],
  ])('is stale when %s has changed', (_, told, sentence) => {
    expect(told()).toEqual([expect.stringMatching(sentence)]);
    expect(told()[0]).toContain('npm run plan -- dev');
  });

  test('that could not be made can’t be applied', () => {
    const failed: StackPlan = { ...data, status: 'failed', problems: ['its state is locked'] };
    expect(problems(planned([failed]))).toEqual(['dev-data could not be planned: its state is locked']);
  });
});
