import fc from 'fast-check';
import { podsAtOnce, quotaFor } from '../../../constructs/workload/quota';
import { blocks, kubernetesStacks } from '../../support/kubernetes';
import { fullStacks } from '../../support/platform';

const role = fc.record({
  maxReplicas: fc.integer({ min: 1, max: 500 }),
  cpuMillis: fc.integer({ min: 50, max: 16_000 }),
  memoryMiB: fc.integer({ min: 128, max: 65_536 }),
});
const job = { cpuMillis: 100, memoryMiB: 256 };

/**
 * A rolling update at the largest scale, pod by pod, as the Deployment controller makes it (nothing unavailable, a
 * quarter more), while no pod that was ended is ever gone: the most pods that the namespace can hold at once.
 */
function worstUpdate(maxReplicas: number): number {
  const surge = Math.ceil(maxReplicas * 0.25);
  let [old, fresh, leaving, most] = [maxReplicas, 0, 0, maxReplicas];
  while (old > 0 || fresh < maxReplicas) {
    fresh += Math.min(maxReplicas - fresh, maxReplicas + surge - old - fresh);
    most = Math.max(most, old + fresh + leaving);
    const ended = Math.min(old, old + fresh - maxReplicas);
    old -= ended;
    leaving += ended;
  }
  return most;
}

test('the quota never stops an update of every role at its largest, with the migration beside it', () => {
  fc.assert(
    fc.property(fc.array(role, { minLength: 1, maxLength: 6 }), (roles) => {
      const quota = quotaFor(roles, job);
      const pods = roles.map((one) => ({ ...one, pods: worstUpdate(one.maxReplicas) }));
      const needed = (of: (one: (typeof pods)[number]) => number) =>
        pods.reduce((total, one) => total + one.pods * of(one), 0);
      expect(quota.pods).toBeGreaterThanOrEqual(needed(() => 1) + 1);
      expect(quota.cpuMillis).toBeGreaterThanOrEqual(needed((one) => one.cpuMillis) + job.cpuMillis);
      expect(quota.memoryMiB).toBeGreaterThanOrEqual(needed((one) => one.memoryMiB) + job.memoryMiB);
    }),
  );
});

test('it is a bound: nothing could double the largest scale once more', () => {
  fc.assert(
    fc.property(role, (one) => {
      expect(podsAtOnce(one.maxReplicas)).toBeLessThanOrEqual(2.25 * one.maxReplicas + 1);
    }),
  );
});

test('the namespace of the service has it, before any pod; a laptop’s has none', () => {
  const { app, local } = fullStacks();
  const [quota] = blocks('kubernetes_resource_quota_v1', app);
  expect(quota.spec.hard).toMatchObject({
    'limits.memory': expect.stringMatching(/^\d+Mi$/),
    'services.loadbalancers': '0',
    persistentvolumeclaims: '0',
  });
  expect(quota.spec.hard).not.toHaveProperty('limits.cpu');
  const [range] = blocks('kubernetes_limit_range_v1', app);
  expect(range.spec.limit[0].max.memory).toBe('512Mi');
  const ids = Object.keys(app.json.resource.kubernetes_resource_quota_v1);
  for (const workload of blocks('kubernetes_deployment_v1', app)) {
    expect(workload.depends_on).toContain(`kubernetes_resource_quota_v1.${ids[0]}`);
  }
  expect(blocks('kubernetes_resource_quota_v1', local)).toEqual([]);
});

test('every container of ours fits the limits of its namespace', () => {
  const { app } = kubernetesStacks();
  const [range] = blocks('kubernetes_limit_range_v1', app);
  const mebibytes = (quantity: string) => Number(/^(\d+)Mi$/.exec(quantity)?.[1]);
  for (const workload of blocks('kubernetes_deployment_v1', app).concat(blocks('kubernetes_job_v1', app))) {
    for (const { resources } of workload.spec.template.spec.container) {
      for (const kind of ['memory', 'ephemeral-storage']) {
        expect(mebibytes(resources.limits[kind])).toBeLessThanOrEqual(
          mebibytes(range.spec.limit[0].max[kind]),
        );
      }
    }
  }
});
