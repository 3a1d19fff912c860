import { readFileSync, writeFileSync } from 'node:fs';
import { compliancePage } from '../../tools/lib/gates/page';
import { updateMode } from '../support/golden';

test('docs/compliance.md is what the gates say', () => {
  const file = 'docs/compliance.md';
  if (updateMode() === 'all') writeFileSync(file, compliancePage());
  expect(readFileSync(file, 'utf8')).toBe(compliancePage());
});
