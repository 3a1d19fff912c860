import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { FunctionCode } from '../../../constructs/core/function-code';
import { zip } from '../../../constructs/core/zip';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-code-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the same files make the same archive, in whatever order they are found', () => {
  const files = { 'index.js': Buffer.from('exports.a = 1;\n'), 'b.js': Buffer.from('ä') };
  const archive = zip(files);
  expect(zip({ 'b.js': files['b.js'], 'index.js': files['index.js'] })).toEqual(archive);
  expect(zip({ ...files, 'b.js': Buffer.from('a') })).not.toEqual(archive);
});

test('lies beside the stack that names it, with the hash that Lambda will tell', () => {
  const source = mkdtempSync(join(folder, 'source-'));
  writeFileSync(join(source, 'index.js'), 'exports.handler = () => 1;\n');
  const app = new App({ outdir: join(folder, 'out'), skipValidation: true });
  const stack = new TerraformStack(app, 'one');
  const code = new FunctionCode(stack, 'code', source);
  app.synth();
  const file = join(folder, 'out', 'stacks', 'one', code.path);
  expect(existsSync(file)).toBe(true);
  expect(createHash('sha256').update(readFileSync(file)).digest('base64')).toBe(code.hash);
});
