/** Nodes, control planes, and the volumes that programs on the cluster ask for. */
import { allMonth, type Charge, isMissing, type Missing, monthly, type Pricer, running } from './charge';
import { at, numberAt, type PricedResource, referred } from './estate';
import { spotShare } from './usage';

const disk = (gib: number, count = 1): Charge => monthly(`${gib} GiB disk`, 'ebs.gp3', gib * count);

/** Volumes that a chart's values ask for: claims' requests and `persistence` blocks, times the replicas above them. */
export function volumesOf(values: unknown): number[] {
  const found: number[] = [];
  const visit = (node: unknown, replicas: number): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one, replicas);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const block = node as Record<string, unknown>;
    const own = block['replicas'] ?? block['count'] ?? block['replicaCount'];
    const copies = typeof own === 'number' ? own : replicas;
    for (const [key, value] of Object.entries(block)) {
      const claim =
        key === 'requests' ? at(value, 'storage') : key === 'persistence' ? at(value, 'size') : undefined;
      const gib = /^(\d+)Gi$/.exec(String(claim))?.[1];
      const off = key === 'persistence' && at(value, 'enabled') === false;
      if (gib && !off) for (let copy = 0; copy < copies; copy++) found.push(Number(gib));
      else visit(value, copies);
    }
  };
  visit(values, 1);
  return found;
}

function release(resource: PricedResource): (Charge | Missing)[] {
  const documents = [at(resource.values, 'values')].flat().map((text) => parsed(String(text ?? '')));
  const volumes = documents.flatMap((document) => volumesOf(document));
  const balancers = documents.some((document) => JSON.stringify(document ?? '').includes('"kind":"Gateway"'));
  return [
    ...volumes.map((gib) => monthly(`${gib} GiB volume`, 'ebs.gp3', gib)),
    ...(balancers ? [allMonth('load balancer', 'alb.hour')] : []),
  ];
}

/** Values are JSON with Terraform's references in it, which stand in strings. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\$\{jsonencode\((.*)\)\}$/s, '$1'));
  } catch {
    return undefined;
  }
}

export const compute: Record<string, Pricer> = {
  aws_eks_cluster: () => [allMonth('control plane', 'eks.cluster')],
  aws_eks_node_group: (group, estate) => {
    const type = String(at(group.values, 'instance_types', 0));
    const nodes =
      (numberAt(group.values, 'scaling_config', 'min_size') ?? 0) + (estate.usage?.extraNodes ?? 0);
    const template = referred(estate, group, at(group.values, 'launch_template', 'id'));
    const gib =
      numberAt(template?.values, 'block_device_mappings', 0, 'ebs', 'volume_size') ??
      numberAt(template?.values, 'block_device_mappings', 1, 'ebs', 'volume_size') ??
      20;
    const instances = running(`${nodes} × ${type}`, `ec2.${type}`, nodes);
    const spot = group.values['capacity_type'] === 'SPOT' && !isMissing(instances);
    return [
      spot ? { ...instances, what: `${instances.what}, spot`, discount: spotShare } : instances,
      disk(gib, nodes),
    ];
  },
  aws_instance: (instance) => {
    const type = String(instance.values['instance_type']);
    return [
      running(type, `ec2.${type}`),
      disk(numberAt(instance.values, 'root_block_device', 'volume_size') ?? 8),
      ...(instance.values['monitoring'] === true
        ? [monthly('detailed metrics', 'ec2.detailed-metrics')]
        : []),
    ];
  },
  aws_launch_template: { free: 'paid as the nodes made from it' },
  aws_eks_addon: { free: 'runs on the nodes' },
  helm_release: release,
};
