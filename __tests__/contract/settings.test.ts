import { type PlainSettingsInput, parseSettings, renderPlainSettings } from '../../app/src/contract';

const key = 'k'.repeat(64);
const production = {
  HOLDFAST_ENVIRONMENT: 'prod',
  HOLDFAST_TIER: 'production',
  HOLDFAST_FLAGS_DIRECTORY: '/etc/holdfast/flags',
  HOLDFAST_AWS_REGION: 'eu-west-1',
  HOLDFAST_DATABASE_ENGINE: 'postgres',
  HOLDFAST_DATABASE_HOST: 'database.internal',
  HOLDFAST_CACHE_ENGINE: 'valkey',
  HOLDFAST_CACHE_HOST: 'cache.internal',
  HOLDFAST_CACHE_NAME: 'holdfast-prod',
  HOLDFAST_SIGNING_KEY: key,
  HOLDFAST_MANAGEMENT_TOKEN: key,
};
const generate = () => 'generated'.padEnd(64, '0');
const problemsOf = (env: Record<string, string | undefined>) => {
  const parsed = parseSettings(env, generate);
  return parsed.ok ? [] : parsed.problems.map(({ key: name, message }) => `${name} ${message}`);
};

test('values are parsed and defaulted', () => {
  const parsed = parseSettings({ ...production, HOLDFAST_DATABASE_PORT: '6432' }, generate);
  expect(parsed).toMatchObject({
    ok: true,
    settings: { HOLDFAST_DATABASE_PORT: 6432, HOLDFAST_CACHE_PORT: 6379, HOLDFAST_DRAIN_DELAY_SECONDS: 15 },
  });
});

test('every problem is listed', () => {
  expect(
    problemsOf({
      ...production,
      HOLDFAST_ENVIRONMENT: undefined,
      HOLDFAST_LOG_LEVEL: 'loud',
      HOLDFAST_DATABASE_PORT: '70000',
      HOLDFAST_DATABASE_HOST: '',
      HOLDFAST_CACHE_NAME: undefined,
      HOLDFAST_SIGNING_KEY: 'short',
    }),
  ).toEqual([
    'HOLDFAST_ENVIRONMENT is missing (Name of the environment, as in environments/.)',
    'HOLDFAST_DATABASE_PORT must be at most 65535',
    'HOLDFAST_SIGNING_KEY must have at least 64 characters; generate one with: openssl rand -hex 32',
    'HOLDFAST_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal',
    'HOLDFAST_DATABASE_HOST is missing: required because HOLDFAST_DATABASE_ENGINE is "postgres"',
    'HOLDFAST_CACHE_NAME is missing: required because HOLDFAST_CACHE_AUTH is "iam"',
  ]);
});

test.each(['CHANGE_ME', 'changeme', '<your key>', 'TODO', '${SIGNING_KEY}'])(
  'the placeholder %s is refused outside local',
  (value) => {
    expect(problemsOf({ ...production, HOLDFAST_CACHE_HOST: value })).toEqual([
      'HOLDFAST_CACHE_HOST still holds a placeholder; write the real value',
    ]);
  },
);

test('a secret’s value never appears in a message', () => {
  const secret = 'hunter2-hunter2';
  expect(problemsOf({ ...production, HOLDFAST_SIGNING_KEY: secret }).join()).not.toContain(secret);
});

test('embedded services are legal in local only, where a missing key is generated', () => {
  const embedded = {
    HOLDFAST_DATABASE_ENGINE: 'pglite',
    HOLDFAST_DATABASE_DIRECTORY: '/var/lib/holdfast',
    HOLDFAST_CACHE_ENGINE: 'memory',
  };
  const withoutKey = { ...production, ...embedded, HOLDFAST_SIGNING_KEY: undefined };
  expect(problemsOf({ ...production, ...embedded })).toEqual([
    'HOLDFAST_DATABASE_ENGINE must be postgres unless HOLDFAST_TIER is "local"',
    'HOLDFAST_CACHE_ENGINE must be valkey unless HOLDFAST_TIER is "local"',
  ]);
  expect(parseSettings({ ...withoutKey, HOLDFAST_TIER: 'local' }, generate)).toMatchObject({
    ok: true,
    settings: { HOLDFAST_SIGNING_KEY: generate() },
  });
});

describe('what the infrastructure renders', () => {
  const input: PlainSettingsInput = {
    HOLDFAST_ENVIRONMENT: 'prod',
    HOLDFAST_TIER: 'production',
    HOLDFAST_FLAGS_DIRECTORY: '/etc/holdfast/flags',
    HOLDFAST_AWS_REGION: 'eu-west-1',
    HOLDFAST_DATABASE_ENGINE: 'postgres',
    HOLDFAST_DATABASE_HOST: 'filled in by Terraform',
    HOLDFAST_DATABASE_PORT: 'filled in by Terraform',
    HOLDFAST_CACHE_ENGINE: 'valkey',
    HOLDFAST_CACHE_HOST: 'filled in by Terraform',
    HOLDFAST_CACHE_NAME: 'filled in by Terraform',
  };
  const unresolved = (value: unknown) => value === 'filled in by Terraform';

  test('is what the service accepts', () => {
    const { data, problems } = renderPlainSettings(input, unresolved);
    expect(problems).toEqual([]);
    const secrets = { HOLDFAST_SIGNING_KEY: key, HOLDFAST_MANAGEMENT_TOKEN: key };
    const atRunTime = { ...data, HOLDFAST_DATABASE_PORT: '5432', ...secrets };
    expect(problemsOf(atRunTime)).toEqual([]);
  });

  test('is refused where the service would refuse it', () => {
    const { HOLDFAST_CACHE_HOST: _, ...rest } = input;
    const { problems } = renderPlainSettings({ ...rest, HOLDFAST_DRAIN_DELAY_SECONDS: 301 }, unresolved);
    expect(problems.map((problem) => problem.key)).toEqual([
      'HOLDFAST_DRAIN_DELAY_SECONDS',
      'HOLDFAST_CACHE_HOST',
    ]);
  });
});
