import { crossFieldProblems } from '../../environments/rules';
import { type AwsEnvironmentInput, awsEnvironmentSchema } from '../../environments/schema';
import { dev, prod } from '../support/environments';

const pool = {
  name: 'general',
  architecture: 'arm64',
  capacity: ['spot'],
  limits: { cpus: 16, memoryGiB: 64 },
} satisfies NonNullable<
  NonNullable<NonNullable<AwsEnvironmentInput['platform']>['karpenter']>['pools']
>[number];
const team = {
  name: 'billing',
  group: 'billing',
  repositories: [{ url: 'https://example.com/billing.git', revision: 'main', path: 'deploy/dev' }],
};
const signOn = { issuer: 'https://login.example.com', clientId: 'argocd', adminGroup: 'admins' };

/** Paths of what is wrong: the schema's findings, or where it has none the rules'. */
function wrong(environment: unknown): string[] {
  const parsed = awsEnvironmentSchema.safeParse(environment);
  const found = parsed.success ? crossFieldProblems(parsed.data, []) : parsed.error.issues;
  return found.map(({ path, message }) => `${path.join('.')} ${message}`);
}
const withPlatform = (platform: unknown, cluster: object = {}, base: object = dev) => ({
  ...base,
  cluster: { ...dev.cluster, ...cluster },
  platform,
});

test('nothing has to be said about the platform', () => {
  expect(wrong(dev)).toEqual([]);
  expect(awsEnvironmentSchema.parse(dev).platform).toEqual({
    karpenter: {},
    queueScaling: false,
    istio: false,
  });
});

test('node pools are bounded, differ in name, and need Karpenter', () => {
  expect(wrong(withPlatform({ karpenter: { pools: [pool] } }, { karpenter: true }))).toEqual([]);
  expect(
    wrong(withPlatform({ karpenter: { pools: [pool], quiet: { schedule: '0 7 * * 1-5', hours: 10 } } })),
  ).toEqual([
    'platform.karpenter.pools must be left out unless cluster.karpenter is true',
    'platform.karpenter.quiet must be left out unless cluster.karpenter is true',
  ]);
  expect(wrong(withPlatform({ karpenter: { pools: [pool, pool] } }, { karpenter: true }))).toEqual([
    'platform.karpenter.pools names a pool twice',
  ]);
  const { limits: _, ...unbounded } = pool;
  expect(wrong(withPlatform({ karpenter: { pools: [unbounded] } }, { karpenter: true }))).toEqual([
    expect.stringContaining('platform.karpenter.pools.0.limits'),
  ]);
  expect(
    wrong(withPlatform({ karpenter: { quiet: { schedule: 'mornings', hours: 1 } } }, { karpenter: true })),
  ).toEqual(['platform.karpenter.quiet.schedule must be a cron expression of five fields, in UTC']);
});

test('production takes spot nodes only beside others', () => {
  const inProduction = (capacity: string[]) =>
    wrong({
      ...prod,
      cluster: { ...prod.cluster, karpenter: true },
      platform: { karpenter: { pools: [{ ...pool, capacity }] } },
    });
  expect(inProduction(['spot'])).toEqual([
    'platform.karpenter.pools must be a list with a pool that takes on-demand capacity when tier is "production"',
  ]);
  expect(inProduction(['spot', 'on-demand'])).toEqual([]);
});

test('no team takes the platform’s namespaces by its name', () => {
  const named = (name: string) =>
    wrong(withPlatform({ argoCd: { host: 'cd.example.com', teams: [{ ...team, name }] } }));
  expect(named('billing')).toEqual([]);
  for (const name of ['kube', 'external', 'holdfast', 'istio', 'kube-x']) {
    expect(named(name)).toEqual([expect.stringContaining('is how namespaces of the platform begin')]);
  }
});

test('the secret of single sign-on lies where external-secrets may read', () => {
  const at = (secretName: string) =>
    wrong(withPlatform({ argoCd: { host: 'cd.example.com', singleSignOn: { ...signOn, secretName } } }));
  expect(at('holdfast/dev/argocd')).toEqual([]);
  expect(at('holdfast/prod/argocd')).toEqual([
    'platform.argoCd.singleSignOn.secretName must begin with "holdfast/dev/": external-secrets may read no other',
  ]);
});
