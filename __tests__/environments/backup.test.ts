import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironments } from '../../environments/load';
import type { AwsEnvironmentInput } from '../../environments/schema';
import { accounts, dev, prod } from '../support/environments';

/** What is said about an environment whose `backup` is that. */
function problems(
  environment: AwsEnvironmentInput,
  backup: unknown,
  more: Partial<AwsEnvironmentInput> = {},
): readonly string[] {
  const { name } = environment;
  const imagesFolder = mkdtempSync(join(tmpdir(), 'holdfast-environments-'));
  mkdirSync(join(imagesFolder, name));
  writeFileSync(
    join(imagesFolder, name, 'images.json'),
    JSON.stringify({ service: `sha256:${'a'.repeat(64)}` }),
  );
  const environments = { [name]: { ...environment, ...more, backup } };
  const result = loadEnvironments({ accounts, environments, imagesFolder, today: '2026-11-21' });
  return result.ok ? [] : result.problems;
}

const governance = { mode: 'governance', minDays: 3, maxDays: 100 };
const restoreTest = { schedule: '0 9 * * 1', atLatestDays: 9 };
const safe = { lock: governance, restoreTest };

test('what stands for production is accepted', () => {
  expect(problems(prod, safe)).toEqual([]);
  expect(problems(dev, {})).toEqual([]);
});

test.each([
  [{ ...safe, lock: undefined }, /backup\.lock\.mode must be "governance" or "compliance"/],
  [{ ...safe, restoreTest: undefined }, /backup\.restoreTest must be set/],
  [{ ...safe, enabled: false }, /backup\.enabled must be true/],
  [
    { ...safe, lock: { ...governance, maxDays: 2 } },
    /backup\.lock\.maxDays must be at least backup\.lock\.minDays/,
  ],
  // What a lock doesn't admit, the default of a week among it, AWS would refuse day by day.
  [{ ...safe, lock: { ...governance, minDays: 8 } }, /backup\.rules\.daily\.keepDays must be 8 to 100/],
  [{ ...safe, rules: { weekly: { keepDays: 101 } } }, /backup\.rules\.weekly\.keepDays must be 3 to 100/],
  [{ ...safe, regionCopies: { keepDays: 2 } }, /backup\.regionCopies\.keepDays must be 3 to 100/],
])('production: %j is refused', (backup, message) => {
  expect(problems(prod, backup).join('\n')).toMatch(message);
});

const vaultArn = 'arn:aws:backup:us-east-1:123456789012:backup-vault:holdfast';
test.each([
  [
    { lock: { ...governance, mode: 'compliance', coolingOffDays: 7 } },
    /backup\.lock\.mode must be "none" or "governance"/,
  ],
  [{ lock: { ...governance, mode: 'compliance' } }, /backup\.lock\.coolingOffDays/],
  [
    { rules: { monthly: { keepDays: 119, coldAfterDays: 30 } } },
    /coldAfterDays must be 90 days or more before keepDays/,
  ],
  [{ regionCopies: { keepDays: 7 } }, /backup\.regionCopies must be left out unless recoveryRegion is set/],
  [
    { rules: { weekly: { keepDays: 28 } }, accountCopies: { keepDays: 28, vaultArn } },
    /backup\.accountCopies\.vaultArn must be a vault in/,
  ],
  [
    { accountCopies: { keepDays: 28, vaultArn } },
    /must be left out unless backup\.rules has weekly or monthly/,
  ],
  [
    { velero: { keepDays: 7, lockDays: 8 } },
    /backup\.velero\.lockDays must be at most backup\.velero\.keepDays/,
  ],
  [{ velero: { schedule: 'daily' } }, /backup\.velero\.schedule must be a cron expression/],
])('development: %j is refused', (backup, message) => {
  expect(problems(dev, backup).join('\n')).toMatch(message);
});

test('cold storage 90 days before the end is accepted', () => {
  expect(problems(dev, { rules: { monthly: { keepDays: 120, coldAfterDays: 30 } } })).toEqual([]);
});
