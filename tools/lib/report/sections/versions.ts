import {
  expired,
  kubernetesInUse,
  postgresInUse,
  supportWarning,
  type VersionInUse,
} from '../../../../constructs/core/support-calendar';
import type { AwsDeployment } from '../../../../environments/load';
import { resourcesOf } from '../../stack-json';
import { onAws, type ReportData, type Section } from '../data';
import { day, mark, type Part } from '../html';
import { table } from '../table';

/** What runs in which version, and until when it is supported. */
export function versions(data: ReportData): Section {
  return {
    id: 'versions',
    title: 'Versions',
    lead: `Measured against ${data.today}. The calendar has Kubernetes and PostgreSQL, whose end AWS announces by day; other versions are listed as they are pinned.`,
    body: [
      table({
        caption: 'Versions against their support calendar',
        columns: [
          'product',
          'version',
          'environment',
          'standard support until',
          { title: 'days left', numeric: true },
          'state',
        ],
        rows: onAws(data).flatMap((deployment) =>
          inUse(deployment).map((use) => ({
            cells: [
              use.product,
              use.version,
              deployment.environment.name,
              day(use.until),
              daysLeft(use, data.today),
              state(use, deployment, data.today),
            ],
          })),
        ),
      }),
      table({
        caption: 'Other versions',
        columns: ['what', 'kind', 'version', 'where'],
        rows: pinned(data).map(({ what, kind, version, where }) => ({
          cells: [what, kind, version, [...where].join(', ')],
        })),
      }),
    ],
  };
}

export const inUse = ({ environment }: AwsDeployment): VersionInUse[] => [
  kubernetesInUse(environment.cluster.version),
  postgresInUse(environment.database.engineVersion),
];

const daysLeft = ({ until }: VersionInUse, today: string): number =>
  (Date.parse(until) - Date.parse(today)) / 86_400_000;

function state(use: VersionInUse, { environment: { waivers } }: AwsDeployment, today: string): Part {
  const warning = supportWarning(use, waivers, today);
  if (!warning) return mark('good', 'supported');
  return expired([use], waivers, today).length > 0
    ? [mark('bad', 'expired'), ` ${warning}`]
    : [mark('fair', 'act'), ` ${warning}`];
}

interface Pinned {
  readonly what: string;
  readonly kind: string;
  readonly version: string;
  readonly where: Set<string>;
}

/** Providers, charts, add-ons and engines of caches, as they stand in the synthesis; equal ones once. */
export function pinned({ stacks }: Pick<ReportData, 'stacks'>): Pinned[] {
  const found = new Map<string, Pinned>();
  const add = (kind: string, what: unknown, version: unknown, environment: string): void => {
    if (typeof what !== 'string' || typeof version !== 'string') return;
    const key = `${kind} ${what} ${version}`;
    const entry = found.get(key) ?? { what, kind, version, where: new Set() };
    entry.where.add(environment);
    found.set(key, entry);
  };
  for (const { environment, json } of stacks) {
    const providers = (json.terraform?.['required_providers'] ?? {}) as Record<string, { version?: unknown }>;
    for (const [name, { version }] of Object.entries(providers))
      add('Terraform provider', name, version, environment);
    for (const { type, values } of resourcesOf(json)) {
      if (type === 'aws_elasticache_replication_group')
        add('engine', values['engine'], values['engine_version'], environment);
      if (type === 'aws_eks_addon')
        add('EKS add-on', values['addon_name'], values['addon_version'], environment);
      if (type === 'helm_release') add('Helm chart', values['chart'], values['version'], environment);
    }
  }
  return [...found.values()].sort((a, b) => a.kind.localeCompare(b.kind) || a.what.localeCompare(b.what));
}
