/** How a release rolls out: the migration first, then each role without a gap. */
import { migrationJob, serviceRoleNames } from '../../../app/src/contract';
import { awsDeployment, blocks, type Json, kubernetesStacks, named } from '../../support/kubernetes';

const stacks = kubernetesStacks();
const podOf = (workload: Json): Json => workload.spec.template.spec;

describe.each(serviceRoleNames)('%s', (role) => {
  const workload = named('kubernetes_deployment_v1', `holdfast-${role}`, stacks.app);

  test('runs the image by digest, with the environment’s resources', () => {
    const { cpuMillis, memoryMiB, replicas } = awsDeployment.environment.service.roles[role];
    const [container] = podOf(workload).container;
    expect(container.image).toBe(
      `123456789012.dkr.ecr.eu-west-1.amazonaws.com/holdfast@${awsDeployment.images.service}`,
    );
    expect(container.resources.requests).toMatchObject({ cpu: `${cpuMillis}m`, memory: `${memoryMiB}Mi` });
    expect(workload.spec.replicas).toBe(String(replicas.min));
  });

  test('never has fewer pods during an update, and leaves their number to the autoscaler', () => {
    expect(workload.spec.strategy).toEqual({
      type: 'RollingUpdate',
      rolling_update: { max_unavailable: '0', max_surge: '25%' },
    });
    expect(workload.lifecycle.ignore_changes).toEqual(['spec[0].replicas']);
  });

  test('has the priority of what it does', () => {
    expect(podOf(workload).priority_class_name).toBe(
      role === 'worker' ? 'holdfast-background' : 'holdfast-serving',
    );
    const made = blocks('kubernetes_priority_class_v1', stacks.platform).map((block) => block.metadata.name);
    expect(made).toContain(podOf(workload).priority_class_name);
  });
});

test('the migration runs once per image, before every role, and is waited for', () => {
  const job = named('kubernetes_job_v1', 'holdfast-migrate-0123456789ab', stacks.app);
  const [container] = podOf(job).container;
  expect(container.command).toEqual(migrationJob.command);
  expect(container.args).toEqual(migrationJob.args);
  expect(container.env).toEqual([
    { name: 'HOLDFAST_DATABASE_AUTH', value: 'password' },
    {
      name: 'HOLDFAST_DATABASE_PASSWORD_FILE',
      value: '/var/run/holdfast/secrets/holdfast-database-owner/HOLDFAST_DATABASE_PASSWORD',
    },
  ]);
  expect(podOf(job).restart_policy).toBe('Never');
  expect(job.spec).not.toHaveProperty('ttl_seconds_after_finished');
  expect(job.spec.active_deadline_seconds).toBe(migrationJob.deadlineSeconds);
  expect(job.wait_for_completion).toBe(true);
  expect(Number.parseInt(job.timeouts.create, 10) * 60).toBeGreaterThan(migrationJob.deadlineSeconds);
  const address = `kubernetes_job_v1.${Object.keys(stacks.app.json.resource.kubernetes_job_v1)[0]}`;
  for (const role of serviceRoleNames) {
    const workload = named('kubernetes_deployment_v1', `holdfast-${role}`, stacks.app);
    expect(workload.depends_on).toContain(address);
  }
});

test('locally one process at a time opens the database’s directory', () => {
  const all = named('kubernetes_deployment_v1', 'holdfast-all', stacks.local);
  expect(all.spec.replicas).toBe('1');
  expect(all.spec.strategy).toEqual({ type: 'Recreate' });
  // A number that somebody changed by hand is put back.
  expect(all).not.toHaveProperty('lifecycle');
});
