/**
 * checkov over what Terraform gets, of every environment: no finding but those with a reason in
 * gates/checkov-exceptions.json, and no reason without a finding.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { evaluate, gates } from '../gates';
import { type Disagreement, disagreements, sameQuestion } from '../gates/checkov';
import exceptions from '../gates/checkov-exceptions.json';
import { isLike } from '../gates/engine/evaluate';
import { type Exception, type ScannedStack, scan, verdict } from '../tools/lib/checkov';
import { toJudge } from '../tools/lib/gates/environments';
import type { StackJson } from '../tools/lib/stack-json';
import { deployable, loaded, remove, synthesiseForTest } from './support/shipped';

const environments = deployable(loaded());
const synthesis = synthesiseForTest(environments);
const tierOf = (name: string) =>
  environments.deployments.find(({ environment }) => environment.name === name)?.environment.tier;
const stacks: ScannedStack[] = synthesis.stacks.map(({ name, environment, component, json }) => ({
  name,
  // Bootstrap's component is the account's name.
  component: environment === 'bootstrap' ? environment : component,
  tier: tierOf(environment),
  json,
}));

/** What nobody would let pass, in the forms in which the stacks have it: found only if checkov understands them. */
const bad: StackJson = {
  terraform: { required_version: '>= 1.11.0' },
  resource: {
    aws_db_instance: { open: { storage_encrypted: false, publicly_accessible: true, depends_on: [] } },
    aws_iam_role_policy: {
      everything: {
        role: '${aws_iam_role.none.name}',
        policy:
          '{"Statement":[{"Effect":"Allow","Action":"*","Resource":["*",${jsonencode(aws_s3_bucket.a["b"].arn)},${jsonencode("x/${aws_s3_bucket.a.id}")}]}]}',
      },
    },
    helm_release: { chart: { values: ['{}'], max_history: 5 } },
    kubernetes_deployment_v1: {
      root: {
        spec: {
          dynamic: { ingress: { for_each: 1 } },
          template: {
            spec: {
              container: [{ name: 'x', image: 'x:latest', env: [], security_context: { privileged: true } }],
            },
          },
        },
      },
    },
  },
};
const folder = mkdtempSync(join(tmpdir(), 'holdfast-checkov-'));
const result = scan([...stacks, { name: 'bad', component: 'bad', json: bad }], folder);
const own = { ...result, findings: result.findings.filter(({ stack }) => stack.name !== 'bad') };
afterAll(() => {
  remove(dirname(synthesis.outdir));
  remove(folder);
});
const tiers = new Set(stacks.flatMap(({ tier }) => tier ?? []));

test('finds nothing that has no reason, and no reason is left over', () => {
  expect(verdict(own, exceptions, tiers)).toEqual([]);
});

test('evaluates every stack that holds anything it knows', () => {
  // Half of what it did when this was written. It has no checks for what the platform holds: charts and priorities.
  const floor: Record<string, number> = {
    bootstrap: 40,
    network: 25,
    cluster: 30,
    // A pilot light has but a replica.
    data: 40,
    platform: 0,
    app: 15,
  };
  expect(
    stacks
      .map(({ name, component }) => ({
        name,
        evaluated: result.evaluated[name] ?? 0,
        floor: floor[component] ?? 1,
      }))
      .filter((stack) => stack.evaluated < stack.floor),
  ).toEqual([]);
});

test('understands what is bad, in policies that Terraform completes too', () => {
  const found = result.findings.filter(({ stack }) => stack.name === 'bad');
  const checks = found.map(({ check, address }) => `${check} ${address}`);
  expect(checks).toEqual(
    expect.arrayContaining([
      'CKV_AWS_16 aws_db_instance.open',
      'CKV_AWS_17 aws_db_instance.open',
      'CKV_AWS_62 aws_iam_role_policy.everything',
      'CKV_K8S_16 kubernetes_deployment_v1.root',
    ]),
  );
});

describe('the exceptions', () => {
  test('are few where it matters, and each says why', () => {
    const throwaway = ['development', 'local'];
    const elsewhere = (exceptions as Exception[]).filter(
      (exception) => !exception.tiers?.every((tier) => throwaway.includes(tier)),
    );
    // Five of them are what a function and a bucket of logs can't have; three are checkov's own mistakes.
    expect(new Set(elsewhere.map(({ check }) => check)).size).toBeLessThanOrEqual(17);
    expect((exceptions as Exception[]).filter(({ reason }) => reason.length < 30)).toEqual([]);
    // Of whole stacks nothing is excepted.
    expect(
      (exceptions as Exception[])
        .flatMap((one) => one.resources)
        .filter((one) => !/^[a-z]+\/[a-z0-9_]+\./.test(one)),
    ).toEqual([]);
  });

  const stack: ScannedStack = { name: 'x-data', component: 'data', tier: 'staging', json: {} };
  const finding = { check: 'CKV_1', title: 'Ensure it', stack, address: 'aws_a.b_1', path: 'x-data/b' };
  const judged = (...given: Exception[]) =>
    verdict({ findings: [finding] }, given, new Set(['staging', 'production']));
  const exception = { check: 'CKV_1', resources: ['data/aws_a.b_*'], reason: 'none' };
  const refusal =
    'x-data: aws_a.b_1 fails CKV_1, "Ensure it": change what makes x-data/b, or give the reason in gates/checkov-exceptions.json for data/aws_a.b_1';
  const stale = (pattern: string) =>
    `gates/checkov-exceptions.json: CKV_1 is excepted for ${pattern}, where checkov finds nothing: take it out`;

  test('hold for their check, resources and tiers alone', () => {
    expect(judged()).toEqual([refusal]);
    expect(judged(exception)).toEqual([]);
    expect(judged({ ...exception, tiers: ['staging'] })).toEqual([]);
    expect(judged({ ...exception, tiers: ['production'] })).toEqual([refusal, stale('data/aws_a.b_*')]);
    expect(judged({ ...exception, resources: ['data/aws_a.c_*'] })).toEqual([
      refusal,
      stale('data/aws_a.c_*'),
    ]);
    expect(judged({ ...exception, check: 'CKV_2' })).toEqual([refusal, expect.stringContaining('CKV_2')]);
  });

  test('are stale when they match nothing, unless no environment is of their tiers', () => {
    expect(judged({ ...exception, resources: ['data/aws_a.b_*', 'data/aws_gone.*'] })).toEqual([
      stale('data/aws_gone.*'),
    ]);
    expect(judged(exception, { ...exception, tiers: ['development'] })).toEqual([]);
  });
});

describe('our own gates', () => {
  const verdicts = environments.deployments
    .map((one) => toJudge(one, synthesis.stacks))
    .map(({ facts, stacks: own }) => evaluate(facts, own, gates, { today: '2026-11-21', waivers: [] }));
  /** `evaluator stack/address` → whether it is right. */
  const ours = new Map(
    verdicts.flatMap(({ results }) =>
      results.flatMap(({ gate, findings }) =>
        findings.map(
          ({ stack, address, verdict: is }) =>
            [`${gate.evaluatorId} ${stack}/${address}`, is === 'pass'] as const,
        ),
      ),
    ),
  );
  const theirs = [
    ...own.findings.map((finding) => ({ ...finding, right: false })),
    ...result.passed
      .filter(({ stack }) => stack.name !== 'bad')
      .map((finding) => ({ ...finding, right: true })),
  ].filter(({ check }) => check in sameQuestion);
  const covers = (
    one: Pick<Disagreement, 'check' | 'resources' | 'tiers'>,
    { check, stack, address }: (typeof theirs)[number],
  ) =>
    one.check === check &&
    (one.tiers === undefined || (stack.tier !== undefined && one.tiers.includes(stack.tier))) &&
    one.resources.some((pattern) => isLike(pattern, `${stack.component}/${address}`));
  const different = theirs.filter(({ check, stack, address, right }) => {
    const seen = ours.get(`${sameQuestion[check]} ${stack.name}/${address}`);
    return seen !== undefined && seen !== right;
  });

  test('ask what checkov asks of the same resources, often enough to be compared', () => {
    const compared = new Set(
      theirs
        .filter(({ check, stack, address }) => ours.has(`${sameQuestion[check]} ${stack.name}/${address}`))
        .map(({ check }) => check),
    );
    // A check that meets no resource of ours, or only one that ours answers elsewhere, compares nothing.
    expect(Object.keys(sameQuestion).filter((check) => !compared.has(check))).toEqual([]);
  });

  test('disagree only where a reason is written', () => {
    const unexplained = different
      .filter((one) => !disagreements.some((each) => covers(each, one)))
      // What checkov alone finds has its reason among the exceptions.
      .filter((one) => one.right || !(exceptions as Exception[]).some((each) => covers(each, one)))
      .map(
        ({ check, stack, address, right }) =>
          `${check} ${right ? 'passes' : 'fails'} ${stack.name}/${address}, ${sameQuestion[check]} does not`,
      );
    expect(unexplained).toEqual([]);
  });

  test('have no reason for a disagreement that is none', () => {
    const idle = disagreements.filter((each) => !different.some((one) => covers(each, one)));
    expect(idle).toEqual([]);
    expect(disagreements.filter(({ reason }) => reason.length < 30)).toEqual([]);
  });
});
