/** Any environment that is accepted can be synthesised, and what comes out holds the invariants that synthesis checks. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isAws, loadEnvironments } from '../../environments/load';
import type { AwsEnvironmentInput } from '../../environments/schema';
import { readManifest } from '../../tools/lib/stack-json';
import { validEnvironment, zone } from '../support/arbitrary-environment';
import { accounts } from '../support/environments';
import { type Loaded, remove, synthesiseForTest } from '../support/shipped';

function load(environment: AwsEnvironmentInput): Loaded {
  const imagesFolder = mkdtempSync(join(tmpdir(), 'holdfast-images-'));
  mkdirSync(join(imagesFolder, environment.name));
  const images = { service: `sha256:${'0'.repeat(64)}` };
  writeFileSync(join(imagesFolder, environment.name, 'images.json'), JSON.stringify(images));
  const result = loadEnvironments({
    accounts: { nonprod: { ...accounts.nonprod, zones: [{ name: zone, ownership: 'adopted' }] } },
    environments: { [environment.name]: environment },
    imagesFolder,
    today: '2026-11-21',
  });
  remove(imagesFolder);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result;
}

test('any environment that is accepted is synthesised', () => {
  fc.assert(
    fc.property(validEnvironment, (environment) => {
      const loaded = load(environment);
      expect(loaded.deployments.filter(isAws)).toHaveLength(1);
      const { outdir } = synthesiseForTest(loaded);
      const names = Object.keys(readManifest(outdir));
      expect(names.filter((name) => name.startsWith(`${environment.name}-`)).length).toBeGreaterThanOrEqual(
        5,
      );
      remove(outdir);
    }),
    // Each takes about half a second.
    { numRuns: 40 },
  );
}, 300_000);
