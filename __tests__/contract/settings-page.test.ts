import { readFileSync, writeFileSync } from 'node:fs';
import { settingsPage } from '../../tools/lib/settings-page';
import { updateMode } from '../support/golden';

test('docs/settings.md is what the contract says', () => {
  const file = 'docs/settings.md';
  if (updateMode() === 'all') writeFileSync(file, settingsPage());
  expect(readFileSync(file, 'utf8')).toBe(settingsPage());
});
