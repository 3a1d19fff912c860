/** What tfJson writes is what Terraform evaluates: the document arrives unchanged, whatever its texts hold. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, LocalBackend, TerraformOutput, TerraformStack, TerraformVariable } from 'cdktf';
import { tfJson } from '../../../constructs/core/tf-json';
import { must } from '../../support/terraform';

test('a document with templates, quotes, newlines and tokens arrives unchanged', () => {
  const awkward = 'a "quoted" \\ text\nwith ${templates} and %{ directives }, $${escaped} and 100% é';
  const stack = new TerraformStack(new App(), 'test');
  new LocalBackend(stack);
  const text = new TerraformVariable(stack, 'text', { type: 'string', default: awkward });
  const list = new TerraformVariable(stack, 'list', { type: 'list(string)', default: ['x', 'y'] });
  new TerraformOutput(stack, 'json', {
    value: tfJson({
      literal: awkward,
      [awkward]: true,
      token: text.stringValue,
      list: list.listValue,
      mixed: `${awkward}<${text.stringValue}>${awkward}`,
    }),
  });
  stack.prepareStack();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tf-json-'));
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stack.toTerraform()));
  const environment = { PATH: process.env.PATH, HOME: process.env.HOME, CHECKPOINT_DISABLE: '1' };
  must(folder, environment, ['init']);
  must(folder, environment, ['apply', '-auto-approve']);
  const outputs = JSON.parse(must(folder, environment, ['output', '-json']));
  expect(JSON.parse(outputs.json.value)).toEqual({
    literal: awkward,
    [awkward]: true,
    token: awkward,
    list: ['x', 'y'],
    mixed: `${awkward}<${awkward}>${awkward}`,
  });
}, 60_000);
