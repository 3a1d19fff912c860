/** Every evaluator passes what is right, fails what is wrong, and in a golden file finds the one thing that was changed. */

import { evaluate, evaluators, type Gate, gates } from '../../gates';
import { Environment } from '../../gates/engine/environment';
import { readStack, type StackInput, type TypedStack } from '../../gates/engine/read';
import type { ToJudge } from '../../tools/lib/gates/environments';
import { goldenEnvironments, otherEnvironments } from '../support/gate-environments';
import { cases } from './cases';
import { type Case, patched } from './cases/case';

const today = '2026-11-21';
const gateOf = (id: string): Gate => {
  const found = gates.find(({ evaluatorId }) => evaluatorId === id);
  if (!found) throw new Error(`no gate has ${id}`);
  return found;
};

function statusOfFixture(
  id: string,
  { good, around, golden, patch, tier = 'production' }: Case,
  isBad: boolean,
) {
  const component = golden.split('/')[1] ?? '';
  const whole = { ...around, resource: good };
  const json = isBad ? patched(whole, patch, false) : whole;
  const { results } = evaluate(
    { name: 'x', tier },
    [{ name: `x-${component}`, component, json }],
    [gateOf(id)],
    { today, waivers: [] },
  );
  return results[0]?.status;
}

test('every evaluator has a case, and no case is left over', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(evaluators).sort());
});

describe('fixtures', () => {
  test.each(Object.entries(cases))('%s passes what is right and fails what is wrong', (id, one) => {
    expect(statusOfFixture(id, one, false)).toBe('pass');
    expect(statusOfFixture(id, one, true)).toBe('fail');
  });
});

describe('mutations of golden files', () => {
  const environments: Record<string, ToJudge> = { ...goldenEnvironments(), ...otherEnvironments() };
  const typed = new Map<StackInput, TypedStack>();
  const read = (stack: StackInput): TypedStack => {
    const known = typed.get(stack) ?? readStack(stack);
    typed.set(stack, known);
    return known;
  };

  /** `evaluator: stack/address` of everything that fails. */
  function failures({ facts }: ToJudge, stacks: readonly TypedStack[]): Set<string> {
    const environment = new Environment(facts, stacks);
    return new Set(
      Object.entries(evaluators).flatMap(([id, { judge, appliesTo }]) => {
        if (appliesTo && !appliesTo.tiers.includes(facts.tier)) return [];
        const answer = judge(environment);
        if ('notApplicable' in answer) return [];
        return answer
          .filter(({ verdict }) => verdict === 'fail')
          .map(({ stack, address }) => `${id} ${stack}/${address}`);
      }),
    );
  }
  const before = new Map(
    Object.entries(environments).map(([name, one]) => [name, failures(one, one.stacks.map(read))]),
  );

  test.each(Object.entries(cases))('%s fires where it should, and nothing else does', (id, one) => {
    const [name, component] = one.golden.split('/') as [string, string];
    const environment = environments[name] as ToJudge;
    const target = environment.stacks.find((stack) => stack.component === component);
    if (!target) throw new Error(`${name} has no stack ${component}`);
    const changed = { ...target, json: patched(target.json, one.goldenPatch ?? one.patch, true, one.where) };
    const now = failures(
      environment,
      environment.stacks.map((stack) => (stack === target ? readStack(changed) : read(stack))),
    );
    const then = before.get(name) as Set<string>;
    const [from, to] = one.mends ? [now, then] : [then, now];
    const fired = new Set([...to].filter((each) => !from.has(each)).map((each) => each.split(' ')[0]));
    expect([...fired].sort()).toEqual([id, ...(one.also ?? [])].sort());
  });
});
