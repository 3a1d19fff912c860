import { is, says } from '../engine/judge';
import type { Evaluators } from '../engine/model';
import { eachContainer, eachPod } from './pods';

const inTemplate = 'constructs/workload/pod-template.ts sets it: make the workload by it.';

export const workloads = {
  'pods-not-root': {
    title: 'No container runs as root',
    severity: 'high',
    why: 'Root inside is root outside, one hole later.',
    remedy: inTemplate,
    judge: eachContainer(
      ({ security_context }) => security_context?.run_as_non_root === true,
      'run_as_non_root = true',
    ),
  },
  'pods-not-privileged': {
    title: 'No container is privileged',
    severity: 'critical',
    why: 'A privileged container owns its node.',
    remedy: inTemplate,
    judge: eachContainer(
      ({ security_context }) => security_context?.privileged !== true,
      'privileged = false',
    ),
  },
  'pods-not-escalating': {
    title: 'No container may gain rights',
    severity: 'high',
    why: 'A program with setuid would make it root.',
    remedy: inTemplate,
    judge: eachContainer(
      ({ security_context }) => security_context?.allow_privilege_escalation === false,
      'allow_privilege_escalation = false',
    ),
  },
  'pods-without-capabilities': {
    title: 'Containers give up every capability',
    severity: 'medium',
    why: 'Forged packets and mounted disks need one.',
    remedy: inTemplate,
    judge: eachContainer(
      ({ security_context }) =>
        security_context?.capabilities?.drop.includes('ALL') === true &&
        security_context.capabilities.add.length === 0,
      'drop = ALL',
    ),
  },
  'pods-read-only': {
    title: 'Containers cannot change their own files',
    severity: 'medium',
    why: 'An intruder could put a program beside ours.',
    remedy: inTemplate,
    judge: eachContainer(
      ({ security_context }) => security_context?.read_only_root_filesystem === true,
      'read_only_root_filesystem = true',
    ),
  },
  'pods-seccomp': {
    title: 'Containers call the kernel through the default filter',
    severity: 'medium',
    why: 'Most holes of the kernel lie in calls that nobody needs.',
    remedy: inTemplate,
    judge: eachContainer(
      ({ security_context }, pod) =>
        (security_context?.seccomp_profile?.type ?? pod.security_context?.seccomp_profile?.type) ===
        'RuntimeDefault',
      'seccomp = RuntimeDefault',
    ),
  },
  'pods-own-processes': {
    title: 'Pods do not see their node’s processes',
    severity: 'high',
    why: 'They could read the memory and files of every other pod.',
    remedy: inTemplate,
    judge: eachPod(({ pod }) => is(pod.host_pid !== true, 'host_pid', pod.host_pid)),
  },
  'pods-own-memory': {
    title: 'Pods do not share their node’s memory',
    severity: 'high',
    why: 'They could read what other programs share.',
    remedy: inTemplate,
    judge: eachPod(({ pod }) => is(pod.host_ipc !== true, 'host_ipc', pod.host_ipc)),
  },
  'pods-own-network': {
    title: 'Pods do not use their node’s network',
    severity: 'high',
    why: 'No network policy holds there, and the node’s role is in reach.',
    remedy: inTemplate,
    judge: eachPod(({ pod }) => is(pod.host_network !== true, 'host_network', pod.host_network)),
  },
  'pods-no-host-files': {
    title: 'Pods do not mount files of their node',
    severity: 'high',
    why: 'The node’s keys lie in its files.',
    remedy: inTemplate,
    judge: eachPod(({ pod }) => {
      const paths = pod.volume.flatMap(({ host_path }) => host_path?.path ?? []);
      return says(
        paths.length === 0,
        paths.length === 0 ? 'no host_path' : `host_path = ${paths.join(', ')}`,
      );
    }),
  },
  'pods-by-digest': {
    title: 'Images are named by digest',
    severity: 'high',
    why: 'A tag can mean another image tomorrow.',
    remedy: 'environments/<env>/images.json holds the digest.',
    appliesTo: {
      tiers: ['development', 'staging', 'production'],
      otherwise: 'an image that was built a moment ago on the same machine has no digest',
    },
    judge: eachContainer(({ image }) => /@sha256:[0-9a-f]{64}$/.test(image ?? ''), 'named by digest'),
  },
  'pods-own-account': {
    title: 'Every workload has a service account of its own',
    severity: 'medium',
    why: 'What one may do, all may do.',
    remedy: inTemplate,
    judge: eachPod(({ pod, kind }) =>
      kind === 'Job' &&
      pod.automount_service_account_token === false &&
      pod.service_account_name === undefined
        ? undefined
        : is(
            ![undefined, 'default'].includes(pod.service_account_name),
            'service_account_name',
            pod.service_account_name,
          ),
    ),
  },
  'pods-no-token': {
    title: 'Pods get no token of the cluster that they do not need',
    severity: 'medium',
    why: 'An intruder could ask the API as the pod.',
    remedy: inTemplate,
    judge: eachPod(({ pod }) =>
      is(
        pod.automount_service_account_token === false,
        'automount_service_account_token',
        pod.automount_service_account_token,
      ),
    ),
  },
  'pods-secrets-as-files': {
    title: 'Secrets reach pods as files',
    severity: 'medium',
    why: 'Variables show in crash reports and in every child process.',
    remedy: 'Mount the secret, and name the file in <NAME>_FILE.',
    judge: eachContainer(
      ({ env, env_from }) =>
        !env.some(({ value_from }) => value_from?.secret_key_ref) &&
        !env_from.some(({ secret_ref }) => secret_ref),
      'no secret in a variable',
    ),
  },
} satisfies Evaluators;
