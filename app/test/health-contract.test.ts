import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { components, dependencyRunbook } from '../src/contract';

const runbooks = join(__dirname, '../../runbooks');

it.each(Object.entries(components))('%s has a runbook that names it', (name, { runbook }) => {
  const file = join(runbooks, `${runbook}.md`);
  expect(existsSync(file)).toBe(true);
  const symptom = readFileSync(file, 'utf8').split('\n## ')[1];
  expect(symptom).toContain('`holdfast_component_status`');
  expect(symptom).toContain(`\`${name}\``);
});

it('foreign services have one too', () => {
  expect(existsSync(join(runbooks, `${dependencyRunbook}.md`))).toBe(true);
});
