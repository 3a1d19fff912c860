/** Terraform knows every argument of what the shipped environments leave switched off. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { externalDnsStack, fullStacks } from '../../support/platform';
import { emptyAccount, hasStandIns, must, terraformEnvironment } from '../../support/terraform';

const describeWithProviders = hasStandIns ? describe : describe.skip;
if (!hasStandIns) console.warn('skipped: no Terraform providers at hand (../shared/terraform-mirror)');

describeWithProviders('with every switch on', () => {
  const { platform, app } = fullStacks();

  test.each([
    ['platform', platform],
    ['app', app],
    ['external-dns', externalDnsStack()],
  ])(
    '%s is valid',
    (_, stack) => {
      const folder = mkdtempSync(join(tmpdir(), 'holdfast-switches-'));
      const environment = terraformEnvironment(emptyAccount());
      writeFileSync(join(folder, 'cdk.tf.json'), stack.text);
      must(folder, environment, ['init', '-backend=false', '-input=false']);
      must(folder, environment, ['validate']);
      rmSync(folder, { recursive: true });
    },
    120_000,
  );
});
