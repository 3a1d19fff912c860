import { mkdtempSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containerOf } from '../../tools/lib/local-pod';
import { materialise, probeUrl, writeProjected } from '../../tools/lib/run-pod';
import type { StackJson } from '../../tools/lib/stack-json';

const stack: StackJson = {
  resource: {
    kubernetes_config_map_v1: {
      settings: {
        metadata: { name: 'settings' },
        data: { FLAGS: '/etc/flags', TEXT: '$${literal}', LEVEL: 'info' },
      },
      flags: { metadata: { name: 'flags' }, data: { 'flags.json': '{}' } },
    },
    kubernetes_deployment_v1: {
      one: {
        metadata: { name: 'one' },
        spec: {
          template: {
            spec: {
              termination_grace_period_seconds: 26,
              container: [
                {
                  command: ['node', 'main.js'],
                  args: ['serve'],
                  env_from: [{ config_map_ref: { name: 'settings' } }],
                  env: [
                    { name: 'LEVEL', value: 'debug' },
                    { name: 'KEY_FILE', value: '/secrets/KEY' },
                  ],
                  port: [{ name: 'management', container_port: 8081 }],
                  liveness_probe: { http_get: { path: '/live', port: 'management' }, period_seconds: 7 },
                  volume_mount: [
                    { name: 'flags', mount_path: '/etc/flags' },
                    { name: 'keys', mount_path: '/secrets' },
                    { name: 'data', mount_path: '/var/data' },
                  ],
                },
              ],
              volume: [
                { name: 'flags', config_map: { name: 'flags' } },
                { name: 'keys', secret: { secret_name: 'keys' } },
                { name: 'data', persistent_volume_claim: { claim_name: 'data' } },
              ],
            },
          },
        },
      },
    },
  },
};

test('a container is read as the kubelet would start it', () => {
  const container = containerOf(stack, 'one');
  expect(container).toMatchObject({
    command: ['node', 'main.js'],
    args: ['serve'],
    // A variable of the container's own wins over the ConfigMap; Terraform's escape is undone.
    env: { FLAGS: '/etc/flags', TEXT: '${literal}', LEVEL: 'debug', KEY_FILE: '/secrets/KEY' },
    terminationGracePeriodSeconds: 26,
    probes: {
      startup: undefined,
      // Kubernetes' defaults where the manifest is silent.
      liveness: {
        path: '/live',
        periodSeconds: 7,
        timeoutSeconds: 1,
        failureThreshold: 3,
        initialDelaySeconds: 0,
      },
    },
  });
  expect(container.mounts).toEqual([
    { kind: 'files', path: '/etc/flags', files: { 'flags.json': '{}' } },
    { kind: 'secret', path: '/secrets', secretName: 'keys' },
    { kind: 'folder', path: '/var/data', claimName: 'data' },
  ]);
  if (!container.probes.liveness) throw new Error('no liveness probe');
  expect(probeUrl(container, container.probes.liveness)).toBe('http://127.0.0.1:8081/live');
});

test('what the manifest lacks is named', () => {
  expect(() => containerOf(stack, 'two')).toThrow('the stack holds no Deployment or Job called "two"');
  const { settings: _, ...maps } = stack.resource?.kubernetes_config_map_v1 ?? {};
  const without = { resource: { ...stack.resource, kubernetes_config_map_v1: maps } };
  expect(() => containerOf(without, 'one')).toThrow('the stack holds no ConfigMap called "settings"');
});

test('mounts lie below the root, and so do the settings that name them', () => {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-root-'));
  const env = materialise(containerOf(stack, 'one'), {
    root,
    cwd: '.',
    secrets: { KEY: 'secret' },
    env: { LEVEL: 'warn' },
  });
  expect(env).toMatchObject({ FLAGS: `${root}/etc/flags`, KEY_FILE: `${root}/secrets/KEY`, LEVEL: 'warn' });
  expect(readFileSync(env.KEY_FILE as string, 'utf8')).toBe('secret');
  expect(readFileSync(join(env.FLAGS as string, 'flags.json'), 'utf8')).toBe('{}');
});

test('an update of mounted files swaps one link, as in a pod', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-mount-'));
  writeProjected(folder, { 'flags.json': 'old' });
  const before = readlinkSync(join(folder, '..data'));
  writeProjected(folder, { 'flags.json': 'new' });
  expect(readlinkSync(join(folder, '..data'))).not.toBe(before);
  expect(readFileSync(join(folder, 'flags.json'), 'utf8')).toBe('new');
});
