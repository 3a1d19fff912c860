import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { diagrams } from '../../tools/lib/diagrams';
import { flowsOf } from '../../tools/lib/diagrams/flows';
import { handedOver } from '../../tools/lib/diagrams/stacks';
import { namespacesOf } from '../../tools/lib/diagrams/trust';
import { everyStack } from '../support/every-stack';
import { updateMode } from '../support/golden';

const prod = everyStack.filter(({ environment }) => environment === 'prod');
const stack = (component: string) => {
  const found = prod.find((one) => one.component === component);
  if (!found) throw new Error(component);
  return found;
};

test.each(Object.entries(diagrams(everyStack, 'prod')))(
  'docs/pictures/%s is what is synthesised',
  (name, svg) => {
    const file = `docs/pictures/${name}`;
    if (updateMode() === 'all') writeFileSync(file, svg);
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe(svg);
  },
);

test('what stacks hand each other is read from their references', () => {
  expect(handedOver(stack('network')).size).toBe(0);
  expect(handedOver(stack('cluster')).get('network')).toEqual(['private_subnet_ids', 'vpc_id']);
});

test('the worker is reached by nobody but what watches it', () => {
  const flows = flowsOf(stack('app').json);
  expect(flows.map(({ component }) => component)).toEqual(
    expect.arrayContaining(['gateway', 'collector', 'worker']),
  );
  const worker = flows.find(({ component }) => component === 'worker');
  expect(worker?.from).toEqual(['monitoring: 8081']);
  expect(worker?.to).toEqual(expect.arrayContaining(['DNS', 'PostgreSQL', 'Valkey']));
});

test('every namespace enforces a level', () => {
  expect(namespacesOf(prod).filter(({ level }) => level === 'not enforced')).toEqual([]);
  expect(namespacesOf(prod)).toContainEqual({ name: 'holdfast', level: 'restricted' });
});
