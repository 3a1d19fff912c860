import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { TerraformVariable, Testing } from 'cdktf';
import {
  flagFileName,
  type PlainSettingsInput,
  plainSettingKeys,
  renderFlagFile,
} from '../../../app/src/contract';
import { HoldfastStack } from '../../../constructs/core/stack';
import { Configuration } from '../../../constructs/workload/configuration';
import { labelValue } from '../../../constructs/workload/labels';
import { named, type Synthesised, synthesised } from '../../support/kubernetes';

const valid: PlainSettingsInput = {
  HOLDFAST_ENVIRONMENT: 'fixture',
  HOLDFAST_TIER: 'staging',
  HOLDFAST_FLAGS_DIRECTORY: '/flags',
  HOLDFAST_AWS_REGION: 'eu-west-1',
  HOLDFAST_DATABASE_ENGINE: 'postgres',
  HOLDFAST_DATABASE_HOST: 'database.example.com',
  HOLDFAST_CACHE_ENGINE: 'valkey',
  HOLDFAST_CACHE_HOST: 'cache.example.com',
  HOLDFAST_CACHE_NAME: 'cache',
};

function configure(change: (stack: HoldfastStack) => Partial<PlainSettingsInput>): Synthesised {
  const stack = new HoldfastStack(Testing.app(), {
    environment: 'test',
    component: 'app',
    state: { kind: 'local' },
    tags: {},
  });
  new KubernetesProvider(stack, 'kubernetes', {});
  new Configuration(stack, 'configuration', {
    namespace: 'holdfast',
    owner: 'platform',
    settings: { ...valid, ...change(stack) },
    flags: { compression: true, aggregation_batch_limit: 7 },
    dependsOn: [],
  });
  return synthesised(stack);
}
const settingsOf = (stack: Synthesised) => named('kubernetes_config_map_v1', 'holdfast-settings', stack).data;

test('settings are the variables of a ConfigMap, as text', () => {
  const data = settingsOf(configure(() => ({ HOLDFAST_DRAIN_DELAY_SECONDS: 15 })));
  expect(data).toEqual({ ...valid, HOLDFAST_DRAIN_DELAY_SECONDS: '15' });
  for (const key of Object.keys(data)) expect(plainSettingKeys).toContain(key);
});

test('a value that Terraform fills in is taken as given', () => {
  const data = settingsOf(
    configure((stack) => ({
      HOLDFAST_DATABASE_HOST: new TerraformVariable(stack, 'host', { type: 'string' }).stringValue,
      HOLDFAST_DATABASE_PORT: new TerraformVariable(stack, 'port', { type: 'string' }).stringValue,
    })),
  );
  expect(data).toMatchObject({
    HOLDFAST_DATABASE_HOST: '${var.host}',
    HOLDFAST_DATABASE_PORT: '${var.port}',
  });
});

test('text that Terraform would read as a template reaches the service as it is', () => {
  expect(settingsOf(configure(() => ({ HOLDFAST_DATABASE_NAME: 'a${b}' })))).toMatchObject({
    HOLDFAST_DATABASE_NAME: 'a$${b}',
  });
});

test('every problem is reported in one go, with the path and the name of the setting', () => {
  const broken = () =>
    configure(() => ({
      HOLDFAST_DRAIN_DELAY_SECONDS: 1000,
      HOLDFAST_DATABASE_ENGINE: 'pglite',
      HOLDFAST_CACHE_NAME: undefined,
      HOLDFAST_LOG_LEVEL: 'loud',
    }));
  const at = '\\[test-app/configuration\\] ';
  for (const problem of [
    'HOLDFAST_DRAIN_DELAY_SECONDS must be at most 300',
    'HOLDFAST_DATABASE_DIRECTORY is missing: required because HOLDFAST_DATABASE_ENGINE is "pglite"',
    'HOLDFAST_DATABASE_ENGINE must be postgres unless HOLDFAST_TIER is "local"',
    'HOLDFAST_CACHE_NAME is missing: required because HOLDFAST_CACHE_AUTH is "iam"',
    'HOLDFAST_LOG_LEVEL must be one of',
  ]) {
    expect(broken).toThrow(new RegExp(at + problem));
  }
});

test('flags are one file, in the format that the service evaluates', () => {
  const { data } = named(
    'kubernetes_config_map_v1',
    'holdfast-flags',
    configure(() => ({})),
  );
  expect(Object.keys(data)).toEqual([flagFileName]);
  expect(JSON.parse(data[flagFileName])).toEqual(
    renderFlagFile({ compression: true, aggregation_batch_limit: 7 }),
  );
});

test.each([
  ['platform', 'platform'],
  ['Team Rocket <rocket@example.com>', 'Team-Rocket-rocket-example.com'],
  [`${'a'.repeat(62)}--b`, 'a'.repeat(62)],
  ['<>', ''],
])('%s becomes the label %s', (text, label) => {
  expect(labelValue(text)).toBe(label);
});
