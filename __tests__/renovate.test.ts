/** renovate.json finds what it is to raise, and leaves alone what it must not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import root from '../package.json';
import renovate from '../renovate.json';

const candidates = [
  ...readdirSync('.ci').map((file) => join('.ci', file)),
  '.github/actions/setup/action.yml',
];
const found = renovate.customManagers.flatMap((manager) => {
  const patterns = manager.managerFilePatterns.map((text) => new RegExp(text.slice(1, -1)));
  return candidates
    .filter((file) => patterns.some((one) => one.test(file)))
    .flatMap((file) =>
      manager.matchStrings.flatMap((text) => {
        const groups = new RegExp(text).exec(readFileSync(file, 'utf8'))?.groups;
        const name = groups?.depName ?? ('depNameTemplate' in manager ? manager.depNameTemplate : '');
        return groups ? [`${file}: ${name} ${groups.currentValue}`] : [];
      }),
    );
});

test('every tool that .ci builds or installs is known with its version', () => {
  expect(found.sort()).toEqual([
    expect.stringMatching(/^\.ci\/actionlint\.sh: github\.com\/rhysd\/actionlint v[\d.]+$/),
    expect.stringMatching(/^\.ci\/terraform\.sh: github\.com\/hashicorp\/terraform v[\d.]+$/),
    expect.stringMatching(/^\.ci\/tofu\.sh: github\.com\/opentofu\/opentofu v[\d.]+$/),
    expect.stringMatching(/^\.ci\/tools\.sh: checkov [\d.]+$/),
    expect.stringMatching(/^\.ci\/tools\.sh: moto [\d.]+$/),
    expect.stringMatching(/^\.github\/actions\/setup\/action\.yml: hashicorp\/terraform [\d.]+$/),
  ]);
});

test('overrides stay as they are; cdktf comes with its providers, and the AWS SDK as one', () => {
  const rules = renovate.packageRules as readonly {
    matchPackageNames?: readonly string[];
    matchDepTypes?: readonly string[];
    groupName?: string;
    enabled?: boolean;
  }[];
  expect(Object.keys(root.overrides).length).toBeGreaterThan(0);
  expect(rules.find(({ matchDepTypes }) => matchDepTypes?.includes('overrides'))?.enabled).toBe(false);
  const groupOf = (name: string) =>
    rules.find(({ matchPackageNames }) =>
      matchPackageNames?.some((one) =>
        one.endsWith('/**') ? name.startsWith(one.slice(0, -2)) : one === name,
      ),
    )?.groupName;
  const names = Object.keys({ ...root.dependencies, ...root.devDependencies });
  const together = names.filter((name) => groupOf(name) === 'cdktf and its providers');
  expect(together).toEqual(names.filter((name) => /cdktf|^constructs$/.test(name)));
  expect(names.filter((name) => groupOf(name) === 'AWS SDK')).toEqual(
    names.filter((name) => /^@(aws-sdk|aws-crypto|smithy)\//.test(name)),
  );
});
