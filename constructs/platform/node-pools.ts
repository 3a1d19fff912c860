import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { karpenterDiscovery, karpenterNames } from '../cluster/karpenter-names';
import { type Architecture, type KubernetesVersion, type NodeImage, releases } from '../cluster/versions';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import { controllers, nodeClassName, platformLabels } from './names';

/** One kind of nodes that Karpenter may start. */
export interface NodePool {
  /** Changing it replaces the pool's nodes. */
  readonly name: string;
  readonly architecture: Architecture;
  /** With both, Karpenter takes spot while there is any. */
  readonly capacity: readonly ('spot' | 'on-demand')[];
  /** First letters of instance types: c for compute, m for a balance, r for memory. */
  readonly categories: readonly string[];
  /** The pool starts no further node above these. */
  readonly limits: { readonly cpus: number; readonly memoryGiB: number };
  /** The higher is tried first. */
  readonly weight: number;
  /** Days after which a node is replaced, and with it its image's age. */
  readonly expireAfterDays: number;
}

export interface NodePoolsProps {
  /** Name of the cluster, known at synthesis. */
  readonly clusterName: string;
  readonly version: KubernetesVersion;
  readonly image: NodeImage;
  /** The architecture that images are built for; pools of another are taken only by pods that tolerate it. */
  readonly architecture: Architecture;
  readonly diskGiB: number;
  readonly pools: readonly NodePool[];
  /** When nodes are left alone, but for those that AWS takes or that are too old. Default: never. */
  readonly quiet?: { readonly schedule: string; readonly hours: number };
  /** On everything that Karpenter starts. */
  readonly tags: Readonly<Record<string, string>>;
  /** The controller: it owns the kinds, and has to outlive them to take the nodes down. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * What nodes there may be. On destroy the pools go first: the node class stays until the last of their nodes has
 * drained and gone, and the controller after it. Otherwise its nodes would outlive the cluster, and be paid for.
 */
export class NodePools extends Construct {
  constructor(scope: Construct, id: string, props: NodePoolsProps) {
    super(scope, id);
    new RawObjects(this, 'objects', {
      releaseName: 'node-pools',
      namespace: controllers.karpenter.namespace,
      objects: [nodeClass(props), ...props.pools.map((pool) => nodePool(pool, props))],
      timeoutSeconds: 1800,
      dependsOn: props.dependsOn,
    });
  }
}

/** Karpenter's name of the very image that managed nodes have. */
export function imageAlias(version: KubernetesVersion, image: NodeImage): string {
  // 1.36.4-20260930 of Amazon Linux, 1.66.0-1ad6b4a4 of Bottlerocket.
  const [number, suffix] = releases[version].nodeImages[image].split('-');
  return image === 'al2023' ? `al2023@v${suffix}` : `bottlerocket@v${number}`;
}

const nodeClass = (props: NodePoolsProps): KubernetesObject => ({
  apiVersion: 'karpenter.k8s.aws/v1',
  kind: 'EC2NodeClass',
  metadata: { name: nodeClassName, labels: platformLabels('karpenter') },
  spec: {
    amiSelectorTerms: [{ alias: imageAlias(props.version, props.image) }],
    instanceProfile: karpenterNames(props.clusterName).node,
    subnetSelectorTerms: [{ tags: karpenterDiscovery(props.clusterName) }],
    securityGroupSelectorTerms: [{ tags: karpenterDiscovery(props.clusterName) }],
    // One hop ends on the node: pods can't ask for its credentials.
    metadataOptions: {
      httpEndpoint: 'enabled',
      httpProtocolIPv6: 'disabled',
      httpPutResponseHopLimit: 1,
      httpTokens: 'required',
    },
    // Karpenter counts addresses without prefix delegation otherwise, and fills nodes by half.
    kubelet: { maxPods: 110 },
    blockDeviceMappings: disks(props),
    tags: { ...props.tags },
  },
});

/** Bottlerocket keeps itself on a disk of its own, and images and volumes of pods on the second. */
const disks = ({ image, diskGiB }: NodePoolsProps) =>
  image === 'al2023' ? [disk('/dev/xvda', diskGiB)] : [disk('/dev/xvda', 4), disk('/dev/xvdb', diskGiB)];

const disk = (deviceName: string, gibibytes: number) => ({
  deviceName,
  ebs: { volumeType: 'gp3', volumeSize: `${gibibytes}Gi`, encrypted: true, deleteOnTermination: true },
});

/** Kubernetes' names. */
const architectures: Readonly<Record<Architecture, string>> = { arm64: 'arm64', x86_64: 'amd64' };

function nodePool(pool: NodePool, props: NodePoolsProps): KubernetesObject {
  const architecture = architectures[pool.architecture];
  const oneOf = (key: string, values: readonly string[]) => ({ key, operator: 'In', values: [...values] });
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: pool.name, labels: platformLabels('karpenter') },
    spec: {
      weight: pool.weight,
      limits: { cpu: `${pool.limits.cpus}`, memory: `${pool.limits.memoryGiB}Gi` },
      disruption: {
        consolidationPolicy: 'WhenEmptyOrUnderutilized',
        // Long enough that a deployment's surge doesn't start nodes only to have them ended.
        consolidateAfter: '5m',
        budgets: budgets(props.quiet),
      },
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClassName },
          expireAfter: `${pool.expireAfterDays * 24}h`,
          // What doesn’t let itself be moved is ended after all: above every grace period of ours, below what destroy waits.
          terminationGracePeriod: '20m',
          requirements: [
            oneOf('kubernetes.io/os', ['linux']),
            oneOf('kubernetes.io/arch', [architecture]),
            oneOf('karpenter.sh/capacity-type', pool.capacity),
            oneOf('karpenter.k8s.aws/instance-category', pool.categories),
            // Older ones cost more for less, and lack Nitro, which prefixes of addresses need.
            { key: 'karpenter.k8s.aws/instance-generation', operator: 'Gt', values: ['5'] },
            { key: 'karpenter.k8s.aws/instance-cpu', operator: 'Gt', values: ['1'] },
          ],
          // An image that was built for one architecture alone must not land on the other.
          ...(pool.architecture !== props.architecture && {
            taints: [{ key: 'kubernetes.io/arch', value: architecture, effect: 'NoSchedule' }],
          }),
        },
      },
    },
  };
}

/** A tenth of the nodes at once, and while it is quiet none whose going could wait. */
const budgets = (quiet: NodePoolsProps['quiet']) => [
  { nodes: '10%' },
  ...(quiet
    ? [
        {
          nodes: '0',
          reasons: ['Underutilized', 'Drifted'],
          schedule: quiet.schedule,
          duration: `${quiet.hours}h`,
        },
      ]
    : []),
];
