/**
 * What scanners and the Pod Security standard "restricted" ask of a workload, over every Deployment and Job of every
 * Kubernetes stack.
 */
import {
  exporter,
  lifecycle,
  ports,
  probes,
  type RoleName,
  roles,
  terminationGracePeriodSeconds,
} from '../../../app/src/contract';
import {
  awsDeployment,
  blocks,
  type Json,
  kubernetesStacks,
  localDeployment,
} from '../../support/kubernetes';

const stacks = kubernetesStacks();
const workloadsOf = (...types: string[]): [string, Json][] =>
  [stacks.app, stacks.local].flatMap((stack) =>
    types.flatMap((type) => blocks(type, stack).map((block): [string, Json] => [block.metadata.name, block])),
  );
const deployments = workloadsOf('kubernetes_deployment_v1');
const workloads = workloadsOf('kubernetes_deployment_v1', 'kubernetes_job_v1');
const podOf = (workload: Json): Json => workload.spec.template.spec;
const roleOf = (workload: Json): RoleName | 'exporter' =>
  workload.metadata.labels['app.kubernetes.io/component'];

test('every workload is looked at', () => {
  expect(workloads.map(([name]) => name).sort()).toEqual([
    'holdfast-all',
    'holdfast-collector',
    'holdfast-exporter',
    'holdfast-gateway',
    'holdfast-migrate-0123456789ab',
    'holdfast-worker',
  ]);
});

describe.each(workloads)('%s', (name, workload) => {
  const pod = podOf(workload);

  test('has no privileges, neither the pod nor any of its containers', () => {
    expect(pod.security_context).toMatchObject({
      run_as_non_root: true,
      run_as_user: '10001',
      run_as_group: '10001',
      fs_group: '10001',
      seccomp_profile: { type: 'RuntimeDefault' },
    });
    expect(pod.container.length).toBeGreaterThan(0);
    for (const container of [...pod.container, ...(pod.init_container ?? [])]) {
      expect(container.security_context).toEqual({
        run_as_non_root: true,
        run_as_user: '10001',
        run_as_group: '10001',
        privileged: false,
        allow_privilege_escalation: false,
        read_only_root_filesystem: true,
        capabilities: { drop: ['ALL'] },
        seccomp_profile: { type: 'RuntimeDefault' },
      });
    }
    for (const host of ['host_network', 'host_pid', 'host_ipc']) expect(pod[host]).toBeUndefined();
  });

  test('is nobody to the Kubernetes API, under an account of its own', () => {
    expect(pod.automount_service_account_token).toBe(false);
    expect(pod.service_account_name).toBe(`holdfast-${roleOf(workload)}`);
    const account = blocks('kubernetes_service_account_v1', stacks.app, stacks.local).find(
      (block) => block.metadata.name === pod.service_account_name,
    );
    expect(account?.automount_service_account_token).toBe(false);
    expect(pod.enable_service_links).toBe(false);
  });

  test('reserves what it uses: memory as much as its limit, no CPU limit', () => {
    for (const { resources } of pod.container) {
      expect(Object.keys(resources.requests).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
      expect(Object.keys(resources.limits).sort()).toEqual(['ephemeral-storage', 'memory']);
      expect(resources.limits.memory).toBe(resources.requests.memory);
    }
  });

  test('writes to volumes with a limit only, and mounts whole volumes, which follow their source', () => {
    for (const volume of pod.volume) {
      if (volume.empty_dir) expect(volume.empty_dir.size_limit).toMatch(/^\d+Mi$/);
      expect(volume).not.toHaveProperty('host_path');
    }
    for (const container of pod.container) {
      expect(container.volume_mount).toContainEqual({ name: 'temporary', mount_path: '/tmp' });
      for (const mount of container.volume_mount) {
        expect(mount).not.toHaveProperty('sub_path');
        expect(pod.volume.map((volume: Json) => volume.name)).toContain(mount.name);
      }
    }
  });

  test('gets secrets as files, never as values', () => {
    for (const container of pod.container) {
      for (const source of container.env_from) expect(Object.keys(source)).toEqual(['config_map_ref']);
      for (const variable of container.env ?? []) {
        expect(variable).not.toHaveProperty('value_from');
        if (!/PASSWORD|KEY|SECRET|TOKEN/.test(variable.name)) continue;
        expect(variable.name).toMatch(/_FILE$/);
        const directory = variable.value.slice(0, variable.value.lastIndexOf('/'));
        const mount = container.volume_mount.find((m: Json) => m.mount_path === directory);
        expect(mount?.read_only).toBe(true);
        expect(pod.volume.find((v: Json) => v.name === mount.name)).toHaveProperty('secret');
      }
    }
  });

  test('says what it is, and selects by what never changes', () => {
    const labels = workload.metadata.labels;
    expect(labels).toMatchObject({
      'app.kubernetes.io/name': 'holdfast',
      'app.kubernetes.io/instance': name,
      'app.kubernetes.io/part-of': 'holdfast',
      'app.kubernetes.io/managed-by': 'terraform',
      owner: expect.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/),
    });
    expect(labels['app.kubernetes.io/version']).toBeDefined();
    expect(workload.spec.template.metadata.labels).toEqual(labels);
    if (workload.spec.selector) {
      expect(workload.spec.selector.match_labels).toEqual({
        'app.kubernetes.io/name': 'holdfast',
        'app.kubernetes.io/component': labels['app.kubernetes.io/component'],
      });
    }
  });

  test('is closed to the network but for a policy of its own, in both directions', () => {
    const policies = blocks('kubernetes_network_policy_v1', stacks.app, stacks.local).filter((policy) => {
      const selected = policy.spec.pod_selector.match_labels;
      return selected?.['app.kubernetes.io/component'] === roleOf(workload);
    });
    expect(policies).toHaveLength(1);
    expect(policies[0].spec.policy_types).toEqual(['Ingress', 'Egress']);
  });
});

describe.each(deployments)('%s', (_, workload) => {
  const pod = podOf(workload);
  const [container] = pod.container;
  const name = roleOf(workload);
  const role = name === 'exporter' ? exporter : roles[name];
  const service = name === 'all' ? localDeployment.environment.service : awsDeployment.environment.service;

  test('starts what the contract says', () => {
    expect(container.command).toEqual(role.command);
    expect(container.args).toEqual(role.args);
    expect(container.port).toEqual(
      role.ports.map((port) => ({ name: port, container_port: ports[port], protocol: 'TCP' })),
    );
  });

  test.each(Object.entries(probes))('answers the contract’s %s probe', (kind, probe) => {
    expect(container[`${kind}_probe`]).toEqual({
      http_get: { path: probe.path, port: String(ports[probe.port]), scheme: 'HTTP' },
      period_seconds: probe.periodSeconds,
      timeout_seconds: probe.timeoutSeconds,
      failure_threshold: probe.failureThreshold,
    });
  });

  test('has time to drain and to stop before it is killed', () => {
    const grace = pod.termination_grace_period_seconds;
    expect(grace).toBe(terminationGracePeriodSeconds(service.drainDelaySeconds));
    expect(grace).toBeGreaterThan(service.drainDelaySeconds + lifecycle.shutdownDeadlineSeconds);
  });

  test('restarts with changed settings, and not with changed flags', () => {
    const checksum = workload.spec.template.metadata.annotations['checksum/config'];
    expect(checksum).toMatch(/^\$\{sha256\(jsonencode\(kubernetes_config_map_v1\.[\w-]+\.data\)\)\}$/);
    expect(checksum).toContain('settings');
    expect(JSON.stringify(workload.spec)).not.toMatch(/kubernetes_config_map_v1\.[\w-]*flags/);
  });

  test('keeps its replicas apart, by zone and by node', () => {
    const matchLabels = workload.spec.selector.match_labels;
    const constraints = pod.topology_spread_constraint;
    expect(constraints.map((constraint: Json) => constraint.topology_key)).toEqual([
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
    ]);
    for (const { label_selector } of constraints)
      expect(label_selector).toEqual([{ match_labels: matchLabels }]);
    const [preferred] = pod.affinity.pod_anti_affinity.preferred_during_scheduling_ignored_during_execution;
    expect(preferred.pod_affinity_term).toEqual({
      topology_key: 'kubernetes.io/hostname',
      label_selector: [{ match_labels: matchLabels }],
    });
  });

  test('is waited for, longer than Kubernetes itself waits', () => {
    expect(workload.wait_for_rollout).toBe(true);
    expect(workload.timeouts.create).toBe('15m');
    expect(workload.spec.progress_deadline_seconds).toBeLessThan(15 * 60);
  });
});
