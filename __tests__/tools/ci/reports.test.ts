/** What the jobs are told of environments, and what they tell of changes. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deployment, isAws } from '../../../environments/load';
import type { Runner } from '../../../environments/runner-schema';
import { compareGolden, goldenSummary } from '../../../tools/lib/ci/golden-diff';
import { addSummary, setOutputs } from '../../../tools/lib/ci/job';
import { matrixOutputs, targetsOf } from '../../../tools/lib/ci/matrix';
import { goldenOf, lineIn, sarifOf } from '../../../tools/lib/ci/sarif';
import { imageProblems } from '../../../tools/lib/smoke/cluster';
import type { StackJson } from '../../../tools/lib/stack-json';
import { loaded } from '../../support/shipped';

const { deployments } = loaded();
const github = { repository: 'acme/platform', provider: 'managed', sessionHours: 2, branch: 'main' } as const;
const admitted = (more: { clusterPlans?: boolean; runner?: Runner } = {}): Deployment[] =>
  deployments.map((one) =>
    isAws(one)
      ? {
          ...one,
          environment: { ...one.environment, runner: more.runner ?? one.environment.runner },
          account: {
            ...one.account,
            isExample: false,
            id: '123456789012',
            github: { ...github, clusterPlans: more.clusterPlans ?? false },
          },
        }
      : one,
  );
const stacks = [
  { name: 'dev-network', environment: 'dev', json: { provider: { aws: [{}] } } },
  { name: 'dev-app', environment: 'dev', json: { provider: { aws: [{}], helm: [{}] } } },
] as unknown as Parameters<typeof targetsOf>[1];

describe('the matrix', () => {
  test('holds nothing as shipped, nor with an example account', () => {
    expect(targetsOf(deployments, stacks)).toEqual([]);
    const example = admitted().map((one) =>
      isAws(one) ? { ...one, account: { ...one.account, isExample: true } } : one,
    );
    expect(targetsOf(example, stacks)).toEqual([]);
  });

  test('names the roles that bootstrap makes, and what the one that reads can plan', () => {
    const [dev] = targetsOf(admitted(), stacks);
    expect(dev).toEqual({
      environment: 'dev',
      tier: 'development',
      region: 'eu-west-1',
      planRole: 'arn:aws:iam::123456789012:role/github-plan-holdfast',
      deployRole: 'arn:aws:iam::123456789012:role/github-holdfast-dev',
      sessionSeconds: 7200,
      stacks: 'dev-network',
      unplanned: 'dev-app',
      planRunner: ['ubuntu-24.04'],
      runner: ['ubuntu-24.04'],
      registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      repository: 'holdfast',
      registryRegion: 'eu-west-1',
      architecture: 'arm64',
    });
    const [open] = targetsOf(admitted({ clusterPlans: true }), stacks);
    expect(open).toMatchObject({ stacks: 'dev-network dev-app', unplanned: '' });
  });

  test.each<[Runner, string[]]>([
    [{ kind: 'hosted', label: 'large' }, ['large']],
    [{ kind: 'self-hosted', labels: ['holdfast-dev'] }, ['self-hosted', 'holdfast-dev']],
    [{ kind: 'codebuild', project: 'runner' }, ['codebuild-runner-77-2']],
  ])('jobs that reach the cluster run on %j', (runner, labels) => {
    const run = { id: '77', attempt: '2' };
    const [dev] = targetsOf(admitted({ runner }), stacks, run);
    expect([dev?.runner, dev?.planRunner]).toEqual([labels, ['ubuntu-24.04']]);
    // Planning what lies in the cluster has to reach it, too.
    expect(targetsOf(admitted({ runner, clusterPlans: true }), stacks, run)[0]?.planRunner).toEqual(labels);
  });

  test('becomes outputs: each by its name, the first, and the one that was asked for', () => {
    const targets = targetsOf(admitted(), stacks);
    const outputs = matrixOutputs(targets, ['dev', 'qa'], 'prod');
    expect(JSON.parse(outputs.first ?? '').environment).toBe('dev');
    expect(JSON.parse(outputs.chosen ?? '').environment).toBe('prod');
    expect([outputs.any, outputs.qa]).toEqual(['true', '']);
    expect(() => matrixOutputs(targets, [], 'qa')).toThrow(
      '"qa" must be an environment whose account lets GitHub in (dev, ',
    );
  });
});

test('outputs and summaries go where GitHub reads them, one line each', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-ci-'));
  const env = { GITHUB_OUTPUT: join(folder, 'out'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  setOutputs({ a: '1', b: '{}' }, env);
  addSummary('# x', env);
  log.mockRestore();
  expect([readFileSync(env.GITHUB_OUTPUT, 'utf8'), readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')]).toEqual([
    'a=1\nb={}\n',
    '# x\n',
  ]);
  expect(() => setOutputs({ a: '1\nb=2' }, {})).toThrow('single line');
});

describe('golden files', () => {
  const json = (resource: object): StackJson => ({ resource }) as StackJson;

  test('are compared by address; what holds data and is gone stands first', () => {
    const diff = compareGolden(
      'dev/data',
      json({ aws_db_instance: { main: { a: 1 } }, aws_x: { same: {}, other: { a: 1 } } }),
      json({ aws_x: { same: {}, other: { a: 2 }, fresh: {} } }),
    );
    expect(diff).toEqual({
      stack: 'dev/data',
      added: ['aws_x.fresh'],
      changed: ['aws_x.other'],
      removed: ['aws_db_instance.main'],
      lost: ['aws_db_instance.main'],
    });
    const summary = goldenSummary([diff], '-a\n+b\n');
    expect(summary).toContain('- `dev/data/aws_db_instance.main`');
    expect(summary).toContain('| dev/data | 1 | 1 | 1 |');
    expect(goldenSummary([], '')).toContain('No golden file differs');
    expect(goldenSummary([diff], '```')).toContain('~~~~diff');
  });

  test('a new stack is all added, one that is gone all removed', () => {
    expect(compareGolden('qa/x', undefined, json({ aws_x: { a: {} } })).added).toEqual(['aws_x.a']);
    expect(compareGolden('qa/x', json({ aws_x: { a: {} } }), undefined).removed).toEqual(['aws_x.a']);
  });
});

test('findings of checkov stand at their lines of the golden files', () => {
  const golden = readFileSync('__tests__/golden/dev/network.json', 'utf8');
  const line = golden.split('\n').findIndex((text) => /^ {3}"\w+": \{$/.test(text));
  const name = golden.split('\n')[line]?.match(/"(\w+)"/)?.[1];
  const type = golden
    .split('\n')
    .slice(0, line)
    .findLast((text) => /^ {2}"\w+": \{$/.test(text))
    ?.match(/"(\w+)"/)?.[1];
  expect(lineIn(golden, `${type}.${name}`)).toBe(line + 1);
  expect(lineIn(golden, 'aws_x.none')).toBe(1);
  const finding = {
    ...{ check: 'CKV_1', title: 'closed', address: 'aws_x.a', path: 'dev-network/a' },
    stack: { name: 'dev-network', component: 'network', json: {} },
  };
  const { runs } = sarifOf([finding, { ...finding, address: 'aws_x.b' }], () => 7, '3.3.30');
  expect(runs[0]?.tool.driver).toMatchObject({
    name: 'checkov',
    version: '3.3.30',
    rules: [{ id: 'CKV_1' }],
  });
  expect(runs[0]?.results[0]).toMatchObject({
    ruleId: 'CKV_1',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: '__tests__/golden/dev/network.json' },
          region: { startLine: 7 },
        },
      },
    ],
  });
  expect(new Set(runs[0]?.results.map((one) => one.partialFingerprints.holdfast)).size).toBe(2);
  expect(goldenOf('bootstrap-nonprod')).toBe('__tests__/golden/bootstrap/nonprod.json');
});

describe('the image that runs', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const workload = (role: string, image = digest, status: object = {}) => ({
    metadata: { name: `holdfast-${role}`, generation: 3 },
    spec: { template: { spec: { containers: [{ image: `registry/holdfast@${image}` }] } } },
    status: { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2, ...status },
  });

  test('is the expected one, on all pods of all roles', () => {
    expect(
      imageProblems(
        ['gateway', 'collector', 'worker'].map((role) => workload(role)),
        digest,
      ),
    ).toEqual([]);
    expect(
      imageProblems(
        [
          workload('gateway', `sha256:${'b'.repeat(64)}`),
          workload('collector', digest, { updatedReplicas: 1 }),
        ],
        digest,
      ),
    ).toEqual([
      expect.stringMatching(/^holdfast-gateway is to run registry.*, not sha256:aaa/),
      'holdfast-collector: 1 of 2 pods are new, 2 available',
      'there is no Deployment holdfast-worker',
    ]);
  });
});
