import { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { type ITerraformDependable, Token } from 'cdktf';
import { Construct } from 'constructs';
import { trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';
import {
  type Architecture,
  type KubernetesVersion,
  type NodeImage,
  nodeImageType,
  releases,
} from './versions';

export interface NodeGroupProps {
  readonly clusterName: string;
  /** Unique in account and region. At most 36 characters. Changing it replaces the nodes, new ones first. */
  readonly name: string;
  /** Not above the control plane's. Raising it replaces one node after the other. */
  readonly version: KubernetesVersion;
  /** Changing it replaces the group, new nodes first. */
  readonly architecture: Architecture;
  /** Changing it replaces the group, new nodes first. */
  readonly image: NodeImage;
  /** Of one size and of that architecture. Changing them replaces the group, new nodes first. */
  readonly instanceTypes: readonly string[];
  /** spot may go with two minutes' notice. Changing it replaces the group, new nodes first. */
  readonly capacity: 'on-demand' | 'spot';
  readonly subnetIds: string[];
  /** Nodes at least and at most. How many there are is up to whatever scales them. */
  readonly min: number;
  readonly max: number;
  /** GiB of each node's disk for images, logs and emptyDirs; with al2023 the system is on it too. */
  readonly diskGiB: number;
  /** On instances, disks and interfaces, which the provider's default tags don't reach. */
  readonly tags: Readonly<Record<string, string>>;
  /** What nodes need before they become ready: network, service addresses, credentials of pods. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * A disk with the account's default key: one of our own would have to be granted to the role of EC2 Auto Scaling, which
 * an account that never scaled anything doesn't have yet.
 */
const disk = (deviceName: string, volumeSize?: number) => ({
  deviceName,
  ebs: { volumeType: 'gp3', volumeSize, encrypted: 'true', deleteOnTermination: 'true' },
});

/** Disks of a node. Bottlerocket has its system on one, as large as the image says, and everything else on another. */
const disks: Readonly<Record<NodeImage, (gib: number) => ReturnType<typeof disk>[]>> = {
  al2023: (gib) => [disk('/dev/xvda', gib)],
  bottlerocket: (gib) => [disk('/dev/xvda'), disk('/dev/xvdb', gib)],
};

/** Nodes that EKS manages, from a launch template. */
export class NodeGroup extends Construct {
  readonly group: EksNodeGroup;

  constructor(scope: Construct, id: string, props: NodeGroupProps) {
    super(scope, id);
    // No right to attach interfaces: the VPC CNI has a role of its own. A pod that gets at a node's credentials can
    // describe the network and pull images, and that is all.
    const role = new Role(this, 'role', {
      name: `${props.name}-node`,
      description: `Nodes of ${props.name}`,
      trust: trustPolicy('ec2.amazonaws.com', 'sts:AssumeRole'),
      managedPolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'],
    });
    const template = new LaunchTemplate(this, 'template', {
      name: props.name,
      updateDefaultVersion: true,
      metadataOptions: {
        httpEndpoint: 'enabled',
        // Version 2 alone, and one hop: a pod, which is a hop further away, must not become its node.
        httpTokens: 'required',
        httpPutResponseHopLimit: 1,
      },
      blockDeviceMappings: disks[props.image](props.diskGiB),
      tagSpecifications: ['instance', 'volume', 'network-interface'].map((resourceType) => ({
        resourceType,
        tags: { Name: props.name, ...props.tags },
      })),
    });
    this.group = new EksNodeGroup(this, 'group', {
      clusterName: props.clusterName,
      // With a prefix a group that must be replaced can stand beside its successor until the pods have moved.
      nodeGroupNamePrefix: `${props.name}-`,
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ['scaling_config[0].desired_size'] },
      nodeRoleArn: role.arn,
      subnetIds: props.subnetIds,
      version: props.version,
      // Without one EKS would take the newest, another one in each cluster.
      releaseVersion: releases[props.version].nodeImages[props.image],
      amiType: nodeImageType[props.image][props.architecture],
      instanceTypes: [...props.instanceTypes],
      capacityType: props.capacity === 'spot' ? 'SPOT' : 'ON_DEMAND',
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      scalingConfig: { minSize: props.min, maxSize: props.max, desiredSize: props.min },
      updateConfig: { maxUnavailablePercentage: 33 },
      dependsOn: [...role.permissions, ...props.after],
    });
  }
}
