import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironments } from '../../environments/load';
import type { AwsEnvironmentInput } from '../../environments/schema';
import { accounts, dev, prod } from '../support/environments';

/** What is said about an environment whose `chaos` is that. */
function problems(environment: AwsEnvironmentInput, more: object): readonly string[] {
  const { name } = environment;
  const imagesFolder = mkdtempSync(join(tmpdir(), 'holdfast-environments-'));
  mkdirSync(join(imagesFolder, name));
  writeFileSync(
    join(imagesFolder, name, 'images.json'),
    JSON.stringify({ service: `sha256:${'a'.repeat(64)}` }),
  );
  const environments = { [name]: { ...environment, ...more } };
  const result = loadEnvironments({ accounts, environments, imagesFolder, today: '2026-11-21' });
  return result.ok ? [] : result.problems;
}
const consent = 'prod may be broken on purpose';

test('anything but production may be broken without a word', () => {
  expect(problems(dev, { chaos: { enabled: true } })).toEqual([]);
});

test('production may be broken only where its file says so, word for word', () => {
  expect(problems(prod, {})).toEqual([]);
  expect(problems(prod, { chaos: { enabled: true } })).toEqual([
    expect.stringContaining(
      `chaos.acknowledge must be "${consent}" when chaos.enabled is true and tier is "production"`,
    ),
  ]);
  expect(problems(prod, { chaos: { enabled: true, acknowledge: 'yes' } })).toEqual([
    expect.stringContaining(`chaos.acknowledge must be "${consent}"`),
  ]);
  expect(problems(prod, { chaos: { enabled: true, acknowledge: consent } })).toEqual([]);
});

test('what breaks things needs what restores them', () => {
  expect(problems(dev, { chaos: { enabled: true }, backup: { enabled: false } })).toEqual([
    expect.stringContaining('chaos.enabled must be false unless backup.enabled is true'),
  ]);
});

test('faults last from two minutes to an hour', () => {
  expect(problems(dev, { chaos: { enabled: true, minutes: 1 } })).toEqual([
    expect.stringContaining('chaos.minutes'),
  ]);
});
