import { type Rule, when } from './rule';
import type { AwsEnvironment } from './schema';

/** What maintenance windows may be, and what production must be watched by. */
export const observabilityRules: readonly Rule[] = [
  {
    reads: ['observability.maintenance'],
    check: ({ observability }) =>
      (observability?.maintenance ?? []).flatMap(({ name, from, to }, index, windows) => [
        ...when(
          from >= to,
          `observability.maintenance.${index}.to`,
          `must be later than from, which is ${from}: a window over midnight is two`,
        ),
        ...when(
          windows.findIndex((other) => other.name === name) < index,
          `observability.maintenance.${index}.name`,
          `"${name}" is taken by another window`,
        ),
      ]),
  },
  {
    reads: ['tier', 'observability.enabled', 'observability.replicas'],
    check: ({ tier, observability }) => [
      ...when(
        tier === 'production' && observability?.enabled === false,
        'observability.enabled',
        'must be true when tier is "production"',
      ),
      ...when(
        tier === 'production' && observability?.replicas === 1,
        'observability.replicas',
        'must be 2 when tier is "production"',
      ),
    ],
  },
  {
    reads: ['tier', 'observability.logs'],
    check: ({ tier, observability }) => [
      ...when(
        tier === 'production' &&
          observability?.logs?.kind !== undefined &&
          observability.logs.kind !== 'elastic',
        'observability.logs.kind',
        'must be "elastic" when tier is "production": the others have no second copy of a line',
      ),
      ...when(
        tier === 'production' && observability?.logs?.kind === 'elastic' && observability.logs.nodes === 1,
        'observability.logs.nodes',
        'must be 3 or more when tier is "production"',
      ),
    ],
  },
  {
    reads: ['tier', 'observability.enabled', 'observability.traces'],
    check: ({ tier, observability }) =>
      when(
        tier === 'production' && tracesOn(observability) && observability?.traces?.replicas === 1,
        'observability.traces.replicas',
        'must be at least 2 when tier is "production"',
      ),
  },
  {
    reads: ['observability.enabled', 'observability.traces', 'observability.integrations'],
    check: ({ observability }) => [
      ...(['datadog', 'jaeger'] as const).flatMap((destination) =>
        when(
          !tracesOn(observability) && observability?.integrations?.[destination] !== undefined,
          `observability.integrations.${destination}`,
          'must be left out unless observability.enabled and observability.traces.enabled are true: it gets traces alone',
        ),
      ),
      ...when(
        observability?.enabled === false && observability.integrations?.managedPrometheus !== undefined,
        'observability.integrations.managedPrometheus',
        'must be left out unless observability.enabled is true: Prometheus sends it what it collects',
      ),
    ],
  },
  {
    reads: ['network', 'observability.integrations'],
    check: ({ network, observability }) =>
      (['sentry', 'datadog', 'managedPrometheus'] as const).flatMap((integration) =>
        when(
          'nat' in network && network.nat === 'none' && Boolean(observability?.integrations?.[integration]),
          `observability.integrations.${integration}`,
          'must be left out when network.nat is "none": nothing leads to it',
        ),
      ),
  },
];

/** Whether the environment has traces; both switches are on by default, which rules don't see filled in. */
export const tracesOn = (observability: AwsEnvironment['observability'] | undefined): boolean =>
  observability?.enabled !== false && observability?.traces?.enabled !== false;
