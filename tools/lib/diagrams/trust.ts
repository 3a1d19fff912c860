/** The boundaries that an attacker would have to cross, from the outside in, with what stands at each. */
import type { SynthesisedStack } from '../synthesise';
import { box, boxHeight, picture } from './svg';

type Labels = Readonly<Record<string, string>>;

/** Namespaces with the Pod Security level that the API server enforces in each. */
export function namespacesOf(stacks: readonly SynthesisedStack[]): { name: string; level: string }[] {
  return stacks
    .flatMap(({ json }) => Object.values(json.resource?.['kubernetes_namespace_v1'] ?? {}))
    .map((namespace) => {
      const [metadata = {}] = [namespace['metadata']].flat() as { name?: string; labels?: Labels }[];
      return {
        name: String(metadata.name),
        level: metadata.labels?.['pod-security.kubernetes.io/enforce'] ?? 'not enforced',
      };
    })
    .sort((a, b) => a.level.localeCompare(b.level) || a.name.localeCompare(b.name));
}

export function trustDiagram(stacks: readonly SynthesisedStack[], environment: string): string {
  const spaces = namespacesOf(stacks);
  const levels = [...new Set(spaces.map(({ level }) => level))];
  const inLevel = (level: string) => spaces.filter((one) => one.level === level).map(({ name }) => name);
  const most = Math.max(...levels.map((level) => inLevel(level).length));
  const keys = stacks.flatMap(({ json }) => Object.keys(json.resource?.['aws_kms_key'] ?? {})).length;
  const roles = stacks.flatMap(({ json }) => Object.keys(json.resource?.['aws_iam_role'] ?? {})).length;

  const inner = { x: 64, y: 232, width: 30 + levels.length * 210, height: 60 + boxHeight(most) };
  const width = Math.max(inner.width + 280, 760);
  const shapes = [
    box(
      'Internet: trusted with nothing',
      ['TLS 1.2 or newer, firewall with managed rules and a rate limit, the public port only'],
      { x: 16, y: 12, width: width - 32, height: boxHeight(1) },
    ),
    box(
      'AWS account: one for production, one for the rest',
      [
        `${roles} roles of ${environment}, each for one thing; ${keys} keys; trail, Config, GuardDuty, Security Hub`,
      ],
      { x: 16, y: 78, width: width - 32, height: inner.y + inner.height - 78 + 120 },
      'frame',
    ),
    box(
      'VPC: private subnets',
      ['nothing has a public address; ways out by NAT and endpoints'],
      { x: 40, y: 142, width: width - 80, height: inner.y + inner.height - 142 + 20 },
      'frame',
    ),
    box('Kubernetes: access entries, default deny in each namespace', [], inner, 'frame'),
    ...levels.map((level, index) =>
      box(
        `Pod Security: ${level}`,
        inLevel(level),
        { x: inner.x + 14 + index * 210, y: inner.y + 34, width: 196, height: boxHeight(most) },
        level === 'privileged' ? 'box' : 'strong',
      ),
    ),
    box(
      'Database subnets',
      ['PostgreSQL, proxy, Valkey', 'logins by IAM, TLS', 'encrypted by our keys'],
      { x: inner.x + inner.width + 18, y: inner.y + 34, width: 170, height: boxHeight(3) },
      'strong',
    ),
    box(
      'People: no open port',
      [
        'Systems Manager leads them to a bastion without address; the Kubernetes API is private;',
        'each role is assumed, for hours, and the trail keeps who did what',
      ],
      { x: 40, y: inner.y + inner.height + 36, width: width - 80, height: boxHeight(2) },
    ),
  ];
  return picture(
    {
      title: `Trust boundaries of ${environment}`,
      description: `From the Internet over load balancer and firewall into the VPC, into namespaces (${levels.map((level) => `${level}: ${inLevel(level).join(', ')}`).join('; ')}), and to database and cache by IAM logins`,
      width,
      height: inner.y + inner.height + 36 + boxHeight(2) + 44,
    },
    shapes,
  );
}
