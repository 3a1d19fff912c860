import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processCli } from '../../../app/src/cli/cli';
import { completeProgram } from '../../../app/src/cli/program';
import { exporterMetrics, metrics } from '../../../app/src/contract';
import { exporters } from '../../../constructs/observability/exporters';
import { type Deployment, isAws, type NamedAccount } from '../../../environments/load';
import root from '../../../package.json';
import { resourcesOf } from '../stack-json';
import { type SynthesisedStack, synthesise } from '../synthesise';

/** A Kubernetes object that a step may name. */
export interface KnownObject {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A Helm release that a step may name. */
export interface KnownRelease {
  readonly name: string;
  readonly namespace: string;
}

/** What leads somebody to a runbook. */
export interface Lead {
  /** For messages, such as "alert QueueLagging" or "alarm holdfast-prod-cache-001-memory". */
  readonly what: string;
  /** The runbook's name; undefined when it names none. */
  readonly runbook: string | undefined;
}

/** Our own command line, with all its groups. */
export type CommandLine = Awaited<ReturnType<typeof completeProgram>>;

/** What there is: everything that a runbook may name, taken from where it is defined. */
export interface Known {
  readonly leads: readonly Lead[];
  readonly stacks: ReadonlySet<string>;
  readonly environments: ReadonlySet<string>;
  /** Values of an attribute of all resources of a type, such as identifier or tags.Name. */
  readonly aws: (type: string, attribute: string) => readonly string[];
  readonly outputs: (stack: string) => readonly string[];
  /** Addresses of a stack's resources, such as aws_kms_key.key_F64E54E4. */
  readonly addresses: (stack: string) => readonly string[];
  readonly releases: readonly KnownRelease[];
  /** Teams that answer for environments and accounts (tags.owner). */
  readonly owners: ReadonlySet<string>;
  readonly objects: readonly KnownObject[];
  readonly namespaces: ReadonlySet<string>;
  /** Metrics, with what histograms add to their names, and recorded series. */
  readonly metrics: ReadonlySet<string>;
  readonly scripts: ReadonlySet<string>;
  readonly commandLine: CommandLine;
}

interface Loaded {
  readonly accounts: readonly NamedAccount[];
  readonly deployments: readonly Deployment[];
}

/**
 * Collects it. Synthesises what is shipped, and the same with its entry from the internet open, and gone over to where it
 * is recovered.
 */
export async function collectKnown(loaded: Loaded): Promise<Known> {
  const stacks = [...synthesised(loaded), ...synthesised(goneOver(withEntry(loaded)))];
  const objects = stacks.flatMap(objectsOf);
  return {
    leads: stacks.flatMap(leadsOf),
    stacks: new Set(stacks.map(({ name }) => name)),
    environments: new Set(loaded.deployments.map(({ environment }) => environment.name)),
    aws: (type, attribute) =>
      stacks.flatMap(({ json }) =>
        Object.values(json.resource?.[type] ?? {}).map((block) => String(memberOf(block, attribute))),
      ),
    outputs: (name) =>
      stacks.filter((stack) => stack.name === name).flatMap(({ json }) => Object.keys(json.output ?? {})),
    addresses: (name) =>
      stacks
        .filter((stack) => stack.name === name)
        .flatMap(({ json }) =>
          Object.entries(json.resource ?? {}).flatMap(([type, blocks]) =>
            Object.keys(blocks).map((id) => `${type}.${id}`),
          ),
        ),
    releases: stacks.flatMap(({ json }) =>
      Object.values(json.resource?.helm_release ?? {}).map(({ name, namespace }) => ({
        name: String(name),
        namespace: String(namespace),
      })),
    ),
    owners: ownersOf(loaded),
    objects,
    namespaces: new Set(['default', 'kube-system', ...objects.filter(isNamespace).map(({ name }) => name)]),
    metrics: new Set([...exported(), ...stacks.flatMap(recorded)]),
    scripts: new Set(Object.keys(root.scripts)),
    commandLine: await completeProgram(processCli()),
  };
}

const isNamespace = ({ kind }: KnownObject): boolean => kind === 'Namespace';

const ownersOf = ({ accounts, deployments }: Loaded): ReadonlySet<string> =>
  new Set(
    [...accounts, ...deployments.filter(isAws).map(({ environment }) => environment)].map(
      ({ tags }) => tags.owner,
    ),
  );

function synthesised(loaded: Loaded): readonly SynthesisedStack[] {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-runbooks-'));
  try {
    return synthesise(loaded, { outdir: join(folder, 'cdktf.out') }).stacks;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As every owner has it sooner or later: no shipped zone is delegated, so nothing shipped listens to the internet. */
const withEntry = ({ accounts, deployments }: Loaded): Loaded => ({
  accounts,
  deployments: deployments.map((deployment) =>
    isAws(deployment) && deployment.environment.domain
      ? {
          ...deployment,
          environment: {
            ...deployment.environment,
            domain: { ...deployment.environment.domain, delegated: true },
          },
        }
      : deployment,
  ),
});

/** What stands by has all its stacks on the day on which a runbook needs them. */
const goneOver = ({ accounts, deployments }: Loaded): Loaded => ({
  accounts,
  deployments: deployments.map((deployment) =>
    isAws(deployment) && deployment.environment.recovery
      ? {
          ...deployment,
          environment: {
            ...deployment.environment,
            recovery: { ...deployment.environment.recovery, role: 'active' },
          },
        }
      : deployment,
  ),
});

/** Names as Prometheus has them. */
const exported = (): string[] => [
  ...Object.entries(metrics).flatMap(([name, { type }]) =>
    type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
  ...Object.keys(exporterMetrics),
  ...Object.values(exporters).flatMap((exporter) => Object.keys(exporter.metrics)),
];

/** @param path such as identifier, or tags.Name */
const memberOf = (block: unknown, path: string): unknown =>
  path.split('.').reduce((node: unknown, key) => (node as Record<string, unknown> | undefined)?.[key], block);

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const rulesOf = (stack: SynthesisedStack): Rule[] =>
  rawObjects(stack)
    .filter(({ kind }) => kind === 'PrometheusRule')
    .flatMap(({ spec }) => spec.groups.flatMap((group: { rules: Rule[] }) => group.rules));

const recorded = (stack: SynthesisedStack): string[] =>
  rulesOf(stack).flatMap(({ record }) => (record ? [record] : []));

function leadsOf(stack: SynthesisedStack): Lead[] {
  const alarms = Object.values(stack.json.resource?.aws_cloudwatch_metric_alarm ?? {}).map((alarm) => ({
    what: `alarm ${alarm.alarm_name}`,
    runbook: /\bRunbook: runbooks\/([a-z-]+)\.md$/.exec(String(alarm.alarm_description))?.[1],
  }));
  // What EventBridge mails to people; its other targets are programs, and tell nobody anything.
  const mails = Object.values(stack.json.resource?.aws_cloudwatch_event_target ?? {}).flatMap(
    ({ rule, input_transformer: mail }) =>
      mail
        ? [
            {
              what: `mail of ${String(rule).replace(/^\$\{|\.name\}$/g, '')}`,
              runbook: /\bRunbook: runbooks\/([a-z-]+)\.md"$/.exec(
                String((mail as { input_template: string }).input_template),
              )?.[1],
            },
          ]
        : [],
  );
  // What a service of AWS writes itself: only the sender of its mails says what to do.
  const senders = Object.values(stack.json.resource?.aws_sns_topic ?? {}).flatMap(
    ({ name, display_name: sender }) =>
      sender
        ? [
            {
              what: `mail of ${name}`,
              runbook: /^Runbook: runbooks\/([a-z-]+)\.md$/.exec(String(sender))?.[1],
            },
          ]
        : [],
  );
  const alerts = rulesOf(stack).flatMap(({ alert, annotations }) =>
    alert
      ? [
          {
            what: `alert ${alert}`,
            runbook: /^runbooks\/([a-z-]+)\.md$/.exec(annotations?.runbook ?? '')?.[1],
          },
        ]
      : [],
  );
  return [...alarms, ...mails, ...senders, ...alerts];
}

// biome-ignore lint/suspicious/noExplicitAny: objects of any kind, as the raw chart takes them
type AnyObject = any;

/** Objects of the raw chart's releases; what only Terraform knows stays an expression. */
const rawObjects = ({ json }: SynthesisedStack): AnyObject[] =>
  Object.values(json.resource?.helm_release ?? {})
    .filter(({ chart }) => String(chart).startsWith('./') || String(chart).includes('raw-chart'))
    .flatMap(({ values }) => {
      const text = String((values as unknown[])[0]).replace(
        /\$\{jsonencode\((?:[^()]|\([^()]*\))*\)\}/g,
        '"…"',
      );
      return (JSON.parse(text).objects ?? []) as AnyObject[];
    });

/** kubernetes_horizontal_pod_autoscaler_v2 → HorizontalPodAutoscaler. */
const kindOf = (type: string): string =>
  type
    .replace(/^kubernetes_/, '')
    .replace(/_v\d\w*$/, '')
    .split('_')
    .map((part) => part[0]?.toUpperCase() + part.slice(1))
    .join('');

function objectsOf(stack: SynthesisedStack): KnownObject[] {
  const native = resourcesOf(stack.json)
    .filter(({ type, mode }) => mode === 'managed' && type.startsWith('kubernetes_'))
    .map(({ type, values }) => {
      const { metadata, spec } = values as AnyObject;
      return known(kindOf(type), metadata, spec?.template?.metadata?.labels);
    });
  return [...native, ...rawObjects(stack).map(({ kind, metadata }) => known(kind, metadata))];
}

const known = (
  kind: string,
  metadata: AnyObject,
  podLabels?: Readonly<Record<string, string>>,
): KnownObject => ({
  kind,
  name: String(metadata.name),
  namespace: metadata.namespace,
  labels: { ...metadata.labels, ...podLabels },
});
