import { BlockList, isIP } from 'node:net';
import type { KubeContext } from './kubeconfig';

/** What runs a cluster on a laptop, by the contexts that it writes. */
const laptops = [
  { kind: 'kind', context: /^kind-(?<cluster>.+)$/ },
  { kind: 'k3d', context: /^k3d-(?<cluster>.+)$/ },
  { kind: 'minikube', context: /^(?<cluster>minikube)$/ },
  { kind: 'docker-desktop', context: /^docker-desktop$/ },
  { kind: 'rancher-desktop', context: /^rancher-desktop$/ },
  { kind: 'colima', context: /^colima(-.+)?$/ },
] as const;
export type LaptopKind = (typeof laptops)[number]['kind'];

export interface Laptop {
  readonly kind: LaptopKind;
  /** What its own program calls the cluster. */
  readonly cluster: string;
}

/** What a context's name says about who made it; nothing where it is none of those known. */
export function laptopOf({ name }: Pick<KubeContext, 'name'>): Laptop | undefined {
  for (const { kind, context } of laptops) {
    const match = context.exec(name);
    if (match) return { kind, cluster: match.groups?.cluster ?? name };
  }
  return undefined;
}

/** What names, addresses and logins of clusters in clouds look like. */
const clouds: readonly (readonly [cloud: string, sign: RegExp])[] = [
  [
    'Amazon EKS',
    /arn:aws[\w-]*:eks:|\.eks\.amazonaws\.com|\baws eks\b|\baws\b.*\bget-token\b|aws-iam-authenticator/i,
  ],
  ['Google GKE', /(^|\s)gke_|\.gke\.goog|gke-gcloud-auth-plugin/i],
  ['Azure AKS', /\.azmk8s\.io|\bkubelogin\b|cluster(User|Admin)_/],
  ['DigitalOcean', /\.k8s\.ondigitalocean\.com|\bdoctl\b/i],
  [
    'a cloud',
    /\.(linodelke\.net|vultr-k8s\.com|k8s\.ovh\.net|containers\.cloud\.ibm\.com|oraclecloud\.com|k8s\.scw\.cloud)/i,
  ],
];
/** "product" is no production. */
const production = /prod(?!uct(?!ion))|(^|[^a-z])(prd|live)([^a-z]|$)/i;

/**
 * Why nothing may be deployed to a context, in one sentence; nothing where it may. What looks like production is refused
 * whatever was typed; what is merely unknown has to be named.
 *
 * @param typed whether a person has named this very context
 */
export function refusal(context: KubeContext, typed: boolean): string | undefined {
  const { name, cluster, server, user, login } = context;
  const which = `the context "${name}"`;
  const signs = [name, cluster, server, user, login].join(' ');
  const cloud = clouds.find(([, sign]) => sign.test(signs))?.[0];
  const instead = 'choose a laptop’s cluster: kubectl config use-context, or --context NAME';
  if (cloud) return `${which} is a cluster in ${cloud}, not on a laptop: ${instead}`;
  const called = [name, cluster, user, hostOf(server)].find((text) => production.test(text));
  if (called) return `${which} looks like production (${called}): ${instead}`;
  if (!isNear(hostOf(server))) {
    return `${which} leads to ${hostOf(server) || server}, which is neither this machine nor in a private network: ${instead}`;
  }
  if (laptopOf(context) || typed) return undefined;
  return `${which} (${server}) is none that kind, k3d, minikube, Docker Desktop, Rancher Desktop or Colima makes: if it is meant, say so by --context ${name}`;
}

function hostOf(server: string): string {
  try {
    return new URL(server).hostname.replace(/^\[(.*)\]$/, '$1');
  } catch {
    return '';
  }
}

const near = new BlockList();
near.addSubnet('127.0.0.0', 8);
near.addSubnet('10.0.0.0', 8);
near.addSubnet('172.16.0.0', 12);
near.addSubnet('192.168.0.0', 16);
// Docker Desktop and others listen on every address.
near.addAddress('0.0.0.0');
near.addAddress('::1', 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6');

/** Names are not looked up: who answers for one may change. */
function isNear(host: string): boolean {
  const version = isIP(host);
  if (version === 0)
    return ['localhost', 'kubernetes.docker.internal', 'host.docker.internal'].includes(host);
  return near.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
