/** Who may speak to whom: read from the network policies that are synthesised, so that it shows what is enforced. */
import type { StackJson } from '../stack-json';
import { arrow, box, boxHeight, lineHeight, picture, text } from './svg';

type Block = Readonly<Record<string, unknown>>;

interface Flow {
  /** A role or a job of the service. */
  readonly component: string;
  /** Such as `monitoring: 8081`. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

const list = (value: unknown): readonly Block[] => (value === undefined ? [] : ([value].flat() as Block[]));

/** What a port or an address stands for, where the policy has a number or a reference only. */
const meaning = (rule: Block): string => {
  const ports = list(rule['ports']).map(({ port }) => String(port));
  const text = JSON.stringify(rule);
  if (text.includes('database_port')) return 'PostgreSQL';
  if (text.includes('cache_port')) return 'Valkey';
  if (text.includes('169.254.170.23')) return 'Pod Identity';
  if (text.includes('kube-dns')) return 'DNS';
  const space = /"kubernetes\.io\/metadata\.name":"([\w-]+)"/.exec(text)?.[1];
  const own = /"pod_selector":\{\}/.test(text) || /"pod_selector":\[\{\}\]/.test(text);
  const who =
    space ?? (text.includes('ip_block') ? 'load balancer’s subnets' : own ? 'its own namespace' : 'anybody');
  return `${who}: ${ports.join(', ')}`;
};

export function flowsOf(app: StackJson): Flow[] {
  const policies = Object.values(app.resource?.['kubernetes_network_policy_v1'] ?? {});
  return policies
    .map((policy) => list(policy['spec'])[0] ?? {})
    .flatMap((spec) => {
      const labels = (list(spec['pod_selector'])[0]?.['match_labels'] ?? {}) as Record<string, string>;
      const component = labels['app.kubernetes.io/component'];
      if (!component) return [];
      const unique = (rules: unknown) => [...new Set(list(rules).map(meaning))];
      return [{ component, from: unique(spec['ingress']), to: unique(spec['egress']) }];
    })
    .sort((a, b) => a.component.localeCompare(b.component));
}

export function flowsDiagram(app: StackJson, environment: string): string {
  const flows = flowsOf(app);
  const height = ({ from, to }: Flow): number =>
    Math.max(boxHeight(0), Math.max(from.length, to.length, 1) * lineHeight + 12);
  const top = (row: number): number =>
    56 + flows.slice(0, row).reduce((sum, flow) => sum + height(flow) + 18, 0);
  const shapes = flows.flatMap((flow, row) => {
    const y = top(row);
    const middle = y + height(flow) / 2;
    return [
      ...(flow.from.length > 0 ? flow.from : ['nobody']).map((line, index) =>
        text(line, { x: 230, y: y + 18 + index * lineHeight }, { anchor: 'end', quiet: true }),
      ),
      ...(flow.from.length > 0 ? [arrow([240, middle], [286, middle])] : []),
      box(flow.component, [], { x: 290, y, width: 140, height: height(flow) }, 'strong'),
      arrow([432, middle], [478, middle]),
      ...flow.to.map((line, index) =>
        text(line, { x: 488, y: y + 18 + index * lineHeight }, { quiet: true }),
      ),
    ];
  });
  return picture(
    {
      title: `Who may speak to whom in ${environment}`,
      description: flows
        .map(
          ({ component, from, to }) =>
            `${component} is reached from ${from.join(', ') || 'nobody'} and reaches ${to.join(', ')}`,
        )
        .join('; '),
      width: 740,
      height: top(flows.length) + 8,
    },
    [
      text('may reach it', { x: 230, y: 28 }, { bold: true, anchor: 'end' }),
      text('pods of the service', { x: 300, y: 28 }, { bold: true }),
      text('it may reach', { x: 488, y: 28 }, { bold: true }),
      ...shapes,
    ],
  );
}
