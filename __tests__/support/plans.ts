import type { Plan, ResourceChange, StackPlan } from '../../tools/lib/plan/model';
import { stateful } from '../../tools/lib/stateful';

export const change = (type: string, more: Partial<ResourceChange> = {}): ResourceChange => ({
  address: `${type}.one`,
  type,
  kind: 'update',
  cause: 'configuration',
  stateful: type in stateful,
  attributes: [],
  ...more,
});
export const stack = (name: string, more: Partial<StackPlan> = {}): StackPlan => ({
  name,
  status: 'changes',
  dependencies: [],
  changes: [],
  drift: [],
  outputs: [],
  waitsFor: [],
  provisional: [],
  problems: [],
  synthesis: '',
  milliseconds: 1,
  ...more,
});
export const planOf = (stacks: readonly StackPlan[], more: Partial<Plan> = {}): Plan => ({
  format: 1,
  createdAt: '2026-11-21T12:00:00.000Z',
  asked: ['dev'],
  destroy: false,
  terraform: { name: 'terraform', version: '1.11.4' },
  stacks,
  ...more,
});
