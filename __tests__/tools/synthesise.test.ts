import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, type App, TerraformOutput } from 'cdktf';
import { ConfigurationError } from '../../constructs/core/errors';
import { HoldfastStack } from '../../constructs/core/stack';
import { synthesise } from '../../tools/lib/synthesise';

const nothing = { accounts: [], deployments: [] };
const stack = (app: App, component: string) =>
  new HoldfastStack(app, { environment: 'dev', component, state: { kind: 'local' }, tags: {} });

test('Terraform’s own files are kept, folders of stacks that are gone are not', () => {
  const outdir = join(mkdtempSync(join(tmpdir(), 'holdfast-out-')), 'cdktf.out');
  for (const name of ['dev-network', 'dev-gone']) {
    mkdirSync(join(outdir, 'stacks', name, '.terraform'), { recursive: true });
    writeFileSync(join(outdir, 'stacks', name, '.terraform.lock.hcl'), 'locked');
    writeFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'old');
  }
  synthesise(nothing, { outdir, build: (app) => [stack(app, 'network')] });
  expect(existsSync(join(outdir, 'stacks', 'dev-network', '.terraform'))).toBe(true);
  expect(readFileSync(join(outdir, 'stacks', 'dev-network', '.terraform.lock.hcl'), 'utf8')).toBe('locked');
  expect(readFileSync(join(outdir, 'stacks', 'dev-network', 'cdk.tf.json'), 'utf8')).toContain(
    'required_version',
  );
  expect(existsSync(join(outdir, 'stacks', 'dev-gone'))).toBe(false);
});

test('problems of all stacks are reported together, and nothing is written', () => {
  const outdir = join(mkdtempSync(join(tmpdir(), 'holdfast-out-')), 'cdktf.out');
  const synthesis = () =>
    synthesise(nothing, {
      outdir,
      build: (app) =>
        ['network', 'cluster'].map((component) => {
          const bad = stack(app, component);
          bad.node.addValidation({ validate: () => ['is not right'] });
          return bad;
        }),
    });
  expect(synthesis).toThrow(
    new ConfigurationError(['dev-network: is not right', 'dev-cluster: is not right']),
  );
  expect(existsSync(outdir)).toBe(false);
});

test('a broken invariant is a problem of its stack', () => {
  const outdir = join(mkdtempSync(join(tmpdir(), 'holdfast-out-')), 'cdktf.out');
  const synthesis = () =>
    synthesise(nothing, {
      outdir,
      build: (app) => {
        const bad = stack(app, 'network');
        new TerraformOutput(bad, 'broken', { value: '${aws_vpc.gone.id}' });
        return [bad];
      },
    });
  expect(synthesis).toThrow(
    'dev-network: output.broken.value refers to aws_vpc.gone, which the stack does not hold',
  );
  expect(existsSync(outdir)).toBe(false);
});

test('warnings and notes of constructs are handed on, apart', () => {
  const outdir = join(mkdtempSync(join(tmpdir(), 'holdfast-out-')), 'cdktf.out');
  const { warnings, notes } = synthesise(nothing, {
    outdir,
    build: (app) => {
      const one = stack(app, 'network');
      Annotations.of(one).addWarning('soon too old');
      Annotations.of(one).addInfo('not possible here');
      return [one];
    },
  });
  expect(warnings).toEqual(['dev-network: soon too old']);
  expect(notes).toEqual(['dev-network: not possible here']);
});
