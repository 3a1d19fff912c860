import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { App, TerraformVariable, Testing } from 'cdktf';
import { HoldfastStack } from '../../../constructs/core/stack';
import { RawObjects, rawChart } from '../../../constructs/kubernetes/raw-objects';
import { objectsOf, synthesised } from '../../support/kubernetes';

const chart = resolve('constructs/kubernetes/raw-chart');
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-raw-chart-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const stackProps = { environment: 'test', component: 'raw', state: { kind: 'local' }, tags: {} } as const;
function newStack(app: App = Testing.app()): HoldfastStack {
  const stack = new HoldfastStack(app, stackProps);
  new HelmProvider(stack, 'helm', {});
  return stack;
}

const object = (name: string, value: string) => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: { name },
  spec: { value },
});
const props = { namespace: 'things', dependsOn: [] };

describe('objects through the raw chart', () => {
  const stack = newStack();
  const token = new TerraformVariable(stack, 'token', { type: 'string' });
  new RawObjects(stack, 'one', {
    ...props,
    releaseName: 'one',
    objects: [object('a', '{{ .Values }} ${x} %{if} "quoted"'), object('b', token.stringValue)],
  });
  new RawObjects(stack, 'two', {
    ...props,
    releaseName: 'two',
    objects: [object('c', 'x')],
    timeoutSeconds: 1800,
  });
  const result = synthesised(stack);
  const [one, two] = ['one', 'two'].map((id) =>
    Object.values(result.json.resource.helm_release).find((r) => (r as { name: string }).name === id),
  ) as Record<string, unknown>[];

  test('arrive unchanged, text and what Terraform fills in alike', () => {
    expect(objectsOf('one', result)).toEqual([
      {
        ...object('a', '{{ .Values }} ${x} %{if} "quoted"'),
        metadata: { name: 'a', labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
      },
      {
        ...object('b', '<var.token>'),
        metadata: { name: 'b', labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
      },
    ]);
  });

  test('are one release each, which never sticks halfway', () => {
    for (const release of [one, two]) {
      expect(release).toMatchObject({ atomic: true, cleanup_on_fail: true, wait: true, namespace: 'things' });
      expect(release).not.toHaveProperty('repository');
    }
    expect([one?.timeout, two?.timeout]).toEqual([300, 1800]);
  });

  test('share one copy of the chart, under a path that carries its hash', () => {
    expect(one?.chart).toMatch(/^\.\/assets\/raw-chart\/[0-9A-F]{32}$/);
    expect(two?.chart).toBe(one?.chart);
  });

  test('no path of this machine is in the synthesised file', () => {
    expect(result.text).not.toContain(process.cwd());
    expect(result.text).not.toContain('constructs/kubernetes');
  });
});

test('the path changes with the template', () => {
  const changed = join(scratch, 'changed');
  cpSync(chart, changed, { recursive: true });
  const same = join(scratch, 'same');
  cpSync(chart, same, { recursive: true });
  writeFileSync(join(changed, 'templates/objects.yaml'), '{{ toYaml .Values.objects }}\n');
  const hash = (folder?: string) => rawChart(newStack(), folder).assetHash;
  expect(hash(same)).toBe(hash());
  expect(hash(changed)).not.toBe(hash());
});

test('the chart lies in the output where the release looks for it', () => {
  const outdir = join(scratch, 'out');
  const app = new App({ outdir });
  const stack = newStack(app);
  new RawObjects(stack, 'one', { ...props, releaseName: 'one', objects: [object('a', 'x')] });
  app.synth();
  const folder = join(outdir, 'stacks', 'test-raw');
  const { resource } = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8'));
  const [release] = Object.values(resource.helm_release) as { chart: string }[];
  for (const file of ['Chart.yaml', 'templates/objects.yaml']) {
    expect(readFileSync(join(folder, release?.chart ?? '', file), 'utf8')).toBe(
      readFileSync(join(chart, file), 'utf8'),
    );
  }
});

test('the template prints and evaluates nothing', () => {
  const template = readFileSync(join(chart, 'templates/objects.yaml'), 'utf8');
  expect(template).not.toContain('tpl');
  expect(template.trim().split('\n')).toHaveLength(4);
});
