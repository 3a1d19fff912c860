import { type Rule, when } from './rule';

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
];
