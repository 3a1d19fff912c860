import { isObject } from '../engine/fields';
import { is, says } from '../engine/judge';
import type { Evaluators } from '../engine/model';
import { eachContainer, eachPod } from './pods';

const inTemplate = 'constructs/workload/pod-template.ts sets it: make the workload by it.';
const serving = {
  tiers: ['staging', 'production'],
  otherwise: 'development and local may be away for a moment',
} as const;

export const availability = {
  'pods-memory-bounded': {
    title: 'Containers have a limit of memory',
    severity: 'medium',
    why: 'One leak would take the whole node down.',
    remedy: inTemplate,
    judge: eachContainer(({ resources }) => resources?.limits.memory !== undefined, 'memory is limited'),
  },
  'pods-requests': {
    title: 'Containers say what they need',
    severity: 'medium',
    why: 'The scheduler would fill a node beyond what it has.',
    remedy: inTemplate,
    judge: eachContainer(
      ({ resources }) => resources?.requests.cpu !== undefined && resources.requests.memory !== undefined,
      'cpu and memory are requested',
    ),
  },
  'pods-probed': {
    title: 'Pods are asked whether they live and whether they serve',
    severity: 'medium',
    why: 'Requests would go to pods that cannot answer.',
    remedy: inTemplate,
    judge: eachPod(({ pod, kind }) => {
      if (kind === 'Job') return undefined;
      const bad = pod.container.filter(
        ({ liveness_probe, readiness_probe }) => !liveness_probe || !readiness_probe,
      );
      return says(
        bad.length === 0,
        bad.length === 0 ? 'both probes' : `not in ${bad.map(({ name }) => name).join(', ')}`,
      );
    }),
  },
  'pods-several': {
    title: 'Workloads run several times',
    severity: 'high',
    why: 'The loss of one node would be an outage.',
    remedy: 'service.roles.<role>.replicas.min of the environment.',
    appliesTo: serving,
    judge: eachPod(({ replicas, kind, labels }) => {
      // What only watches may be away for a moment: its alerts say so.
      if (kind === 'Job' || labels['app.kubernetes.io/component'] === 'exporter') return undefined;
      return is((replicas ?? 1) >= 2, 'replicas', replicas);
    }),
  },
  'pods-spread': {
    title: 'Replicas lie in different zones',
    severity: 'medium',
    why: 'All of them could lie in the zone that fails.',
    remedy: inTemplate,
    appliesTo: serving,
    judge: eachPod(({ pod, replicas }) => {
      if ((replicas ?? 1) < 2) return undefined;
      const keys = pod.topology_spread_constraint.map(({ topology_key }) => topology_key);
      return is(keys.includes('topology.kubernetes.io/zone'), 'spread over', keys.join(', ') || undefined);
    }),
  },
  'pods-budgeted': {
    title: 'Maintenance takes one replica at a time',
    severity: 'medium',
    why: 'An update of nodes would take all of them at once.',
    remedy: 'constructs/workload/disruption-budgets.ts writes the budgets.',
    appliesTo: serving,
    judge: eachPod(({ labels, replicas, namespace }, environment) => {
      if ((replicas ?? 1) < 2) return undefined;
      const budgets = environment.objects.filter(({ kind, namespace: where, spec }) => {
        const selector = isObject(spec.selector) ? spec.selector.matchLabels : undefined;
        return (
          kind === 'PodDisruptionBudget' &&
          where === namespace &&
          isObject(selector) &&
          Object.entries(selector).every(([key, value]) => labels[key] === value)
        );
      }).length;
      return is(budgets === 1, 'disruption budgets', budgets);
    }),
  },
  'pods-prioritised': {
    title: 'Workloads say how important they are',
    severity: 'low',
    why: 'When nodes are full, chance decides what is pushed out.',
    remedy: inTemplate,
    appliesTo: {
      tiers: ['development', 'staging', 'production'],
      otherwise: 'a cluster on one machine has no classes of priority',
    },
    judge: eachPod(({ pod }) =>
      is(pod.priority_class_name !== undefined, 'priority_class_name', pod.priority_class_name),
    ),
  },
  'pods-scale': {
    title: 'Workloads that serve grow with the load',
    severity: 'medium',
    why: 'A busy day would be an outage.',
    remedy: 'service.roles.<role>.replicas of the environment.',
    appliesTo: serving,
    judge: eachPod(({ name, kind, labels }, environment) => {
      if (kind === 'Job' || labels['app.kubernetes.io/component'] === 'exporter') return undefined;
      const scaled =
        environment
          .all('kubernetes_horizontal_pod_autoscaler_v2')
          .filter(({ values }) => values.spec?.scale_target_ref?.name === name).length +
        environment.objects.filter(
          ({ kind: what, spec }) =>
            what === 'ScaledObject' && isObject(spec.scaleTargetRef) && spec.scaleTargetRef.name === name,
        ).length;
      return is(scaled === 1, 'autoscalers', scaled);
    }),
  },
} satisfies Evaluators;
