/**
 * Terraform accepts every stack: `validate`, and a generated `terraform test` that plans and applies it with mocked
 * providers and with what its producers' contracts hand over.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeTerraformTest } from '../tools/lib/terraform-test';
import { account, automatic, delegated, deployment, optional } from './constructs/aws-fixture';
import { deployable, loaded, remove, synthesiseForTest } from './support/shipped';
import { emptyAccount, hasProviders, must, terraformEnvironment } from './support/terraform';

/** `terraform test` destroys what it applied; the protection against that is tested where prod is deployed. */
function allowTearDown(file: string): void {
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replaceAll('"prevent_destroy": true', '"prevent_destroy": false'),
  );
}

const describeWithProviders = hasProviders ? describe : describe.skip;
if (!hasProviders)
  console.warn('skipped: no Terraform providers at hand (HOLDFAST_PROVIDERS=registry fetches them)');

describeWithProviders('Terraform', () => {
  const shipped = deployable(loaded());
  const synthesis = synthesiseForTest({
    accounts: [...shipped.accounts, account],
    deployments: [...shipped.deployments, deployment(automatic), deployment(optional), deployment(delegated)],
  });
  // Of the tests' own environments those stacks that no shipped one is like.
  const own = [
    'automatic-cluster',
    'automatic-platform',
    'automatic-app',
    'delegated-data',
    'delegated-platform',
    'delegated-app',
    'delegated-observability',
    'everything-network',
    'everything-cluster',
    'everything-observability',
  ];
  const environments = shipped.deployments.map((one) => one.environment.name);
  const names = synthesis.stacks
    .filter(
      ({ name, environment }) =>
        (environment === 'bootstrap' && name !== `bootstrap-${account.name}`) ||
        environments.includes(environment) ||
        own.includes(name),
    )
    .map(({ name }) => name);
  const environment = terraformEnvironment(emptyAccount());
  afterAll(() => remove(dirname(synthesis.outdir)));

  test.each(names)(
    '%s is valid, plans and applies with mocked providers',
    (name) => {
      const folder = join(synthesis.outdir, 'stacks', name);
      writeTerraformTest(synthesis.outdir, name);
      allowTearDown(join(folder, 'cdk.tf.json'));
      must(folder, environment, ['init', '-backend=false', '-input=false']);
      must(folder, environment, ['validate']);
      must(folder, environment, ['test']);
    },
    120_000,
  );
});
