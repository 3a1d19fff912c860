import type { AwsEnvironment } from '../../../environments/schema';
import { type Before, costsOfPlans } from '../../../tools/lib/cost/of-plan';
import type { Plan } from '../../../tools/lib/plan/model';
import { costSentence } from '../../../tools/lib/plan/words';
import type { SynthesisedStack } from '../../../tools/lib/synthesise';

const environment = { name: 'dev', region: 'us-east-1', tier: 'development' } as AwsEnvironment;
const stack = (component: string, resource: NonNullable<SynthesisedStack['json']['resource']>) =>
  ({ name: `dev-${component}`, environment: 'dev', component, json: { resource } }) as SynthesisedStack;

const stacks = [
  stack('network', { aws_nat_gateway: { one: {}, two: {} } }),
  stack('data', {
    aws_db_instance: {
      one: { instance_class: 'db.t4g.medium', allocated_storage: 20 },
      two: { instance_class: 'db.t4g.medium', replicate_source_db: '${aws_db_instance.one.identifier}' },
    },
    aws_db_proxy: { proxy: {} },
  }),
];
const costs = costsOfPlans([environment], stacks);
const gateway = {
  address: 'aws_nat_gateway.one',
  mode: 'managed',
  type: 'aws_nat_gateway',
  values: { id: 'nat-1' },
};

test('nothing before, the synthesis after', () => {
  // Two gateways all month, and the 50 GB that development is assumed to send.
  const both = 2 * 0.045 * 730 + 50 * 0.045;
  expect(costs('dev-network', 'nothing', false)).toEqual({ before: 0, after: Number(both.toFixed(2)) });
});

test('what the state holds before, data sources left out', () => {
  const state: Before = [gateway, { address: 'data.aws_vpc.x', mode: 'data', type: 'aws_vpc' }];
  expect(costs('dev-network', state, false)?.before).toBeCloseTo(0.045 * 730 + 50 * 0.045, 2);
});

test('the same before and after, and nothing after a destruction', () => {
  const same = costs('dev-network', 'same', false);
  expect(same?.before).toBe(same?.after);
  expect(costs('dev-network', 'same', true)).toEqual({ before: same?.before, after: 0 });
});

test('a state names by ids what a synthesis names by references', () => {
  const state: Before = [
    {
      address: 'aws_db_instance.one',
      mode: 'managed',
      type: 'aws_db_instance',
      values: { identifier: 'holdfast-dev', instance_class: 'db.t4g.medium', allocated_storage: 20 },
    },
    {
      address: 'aws_db_instance.two',
      mode: 'managed',
      type: 'aws_db_instance',
      values: { instance_class: 'db.t4g.medium', replicate_source_db: 'holdfast-dev' },
    },
    { address: 'aws_db_proxy.proxy', mode: 'managed', type: 'aws_db_proxy', values: {} },
  ];
  const { before, after } = costs('dev-data', state, false) ?? { before: 0, after: -1 };
  expect(before).toBe(after);
});

test('an account’s own stack is priced elsewhere', () => {
  expect(costs('bootstrap-prod', 'same', false)).toBeUndefined();
});

const plan = (...monthlyUsd: ({ before: number; after: number } | undefined)[]): Plan =>
  ({ stacks: monthlyUsd.map((one) => (one ? { monthlyUsd: one } : {})) }) as unknown as Plan;

test.each([
  [plan({ before: 300, after: 323.4 }, { before: 10, after: 10 }), '310 → 333 USD a month (+23)'],
  [plan({ before: 1_300, after: 0 }), '1,300 → 0 USD a month (−1,300)'],
  [plan({ before: 300, after: 300.4 }), '300 USD a month, unchanged'],
])('a sentence %#', (given, words) => expect(costSentence(given)).toBe(`Estimated cost: ${words}`));

test('a sentence about some of the stacks says so; about none there is none', () => {
  expect(costSentence(plan({ before: 1, after: 1 }, undefined))).toContain('for 1 of 2 stacks');
  expect(costSentence(plan(undefined))).toBe('');
});
