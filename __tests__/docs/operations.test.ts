import { readFileSync, writeFileSync } from 'node:fs';
import { isAws } from '../../environments/load';
import { inWords, scheduleTable, weekly } from '../../tools/lib/operations-page';
import { everyStack } from '../support/every-stack';
import { updateMode } from '../support/golden';
import { loaded } from '../support/shipped';

test('docs/operations.md says when things happen', () => {
  const file = 'docs/operations.md';
  const names = loaded()
    .deployments.filter(isAws)
    .map(({ environment }) => environment.name);
  const filled = readFileSync(file, 'utf8').replace(
    /(<!-- schedule: begin \(generated\) -->\n).*?(<!-- schedule: end -->)/s,
    (_all, begin: string, end: string) => `${begin}\n${scheduleTable(everyStack, names)}\n\n${end}`,
  );
  if (updateMode() === 'all') writeFileSync(file, filled);
  expect(readFileSync(file, 'utf8')).toBe(filled);
});

test.each([
  ['cron(30 5 ? * * *)', 'daily at 05:30'],
  ['cron(15 4-22 ? * * *)', 'at minute 15 of each hour from 4 to 22'],
  ['cron(30 6 ? * SUN *)', 'Sundays at 06:30'],
  ['cron(0 9 ? * 2 *)', 'Mondays at 09:00'],
  ['cron(30 7 1 * ? *)', 'on day 1 of the month at 07:30'],
  ['rate(1 hour)', 'rate(1 hour)'],
])('%s in words', (cron, words) => expect(inWords(cron)).toBe(words));

test('a window of a week', () => expect(weekly('sun:03:00-sun:04:00')).toBe('Sundays 03:00 to 04:00'));
