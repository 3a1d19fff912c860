import type { PromQl } from '../promql';
import { ofExporter, ofVariable, query } from '../query';
import type { Dashboard, Panel } from './dashboard';

type Resource = 'cpu' | 'memory';

/** Hours of a month, as AWS counts them. */
const hours = 730;
const gib = 2 ** 30;

/** What pods that run have asked for: it is kept free for them on a node, used or not. Jobs that are done hold nothing. */
const requested = (resource: Resource): PromQl =>
  query`sum by (namespace) (${ofExporter('kube_pod_container_resource_requests', { resource })} * on (namespace, pod) group_left () max by (namespace, pod) (${ofExporter('kube_pod_status_phase', { phase: 'Running' })}))`;

const used: Readonly<Record<Resource, PromQl>> = {
  cpu: query`sum by (namespace) (rate(${ofExporter('container_cpu_usage_seconds_total', { container: '.+' })}[5m]))`,
  memory: query`sum by (namespace) (${ofExporter('container_memory_working_set_bytes', { container: '.+' })})`,
};

/** What the nodes have, and AWS bills. */
const paid = (resource: Resource): PromQl =>
  query`sum(${ofExporter('kube_node_status_capacity', { resource })})`;

const monthly = (cpu: PromQl, memory: PromQl): PromQl =>
  query`${cpu} * ${ofVariable('vcpu_hour_usd')} * ${hours} + ${memory} / ${gib} * ${ofVariable('gib_hour_usd')} * ${hours}`;

const whole = (byNamespace: PromQl): PromQl => query`sum(${byNamespace})`;
const nodesMonthly = monthly(paid('cpu'), paid('memory'));
const requestedMonthly = monthly(whole(requested('cpu')), whole(requested('memory')));
const usedMonthly = monthly(whole(used.cpu), whole(used.memory));

const money = (title: string, description: string, expr: PromQl): Panel => ({
  title,
  description,
  unit: 'currencyUSD',
  kind: 'stat',
  queries: [{ expr, legend: 'a month' }],
});

const byNamespace = (title: string, description: string, unit: 'short' | 'bytes', expr: PromQl): Panel => ({
  title,
  description,
  unit,
  queries: [{ expr, legend: '{{namespace}}' }],
});

const shares = (title: string, resource: Resource): Panel => ({
  title,
  description: 'Share of what the nodes have. Between the two lines lies what is paid for and idle.',
  unit: 'percentunit',
  queries: [
    { expr: query`${whole(requested(resource))} / ${paid(resource)}`, legend: 'requested' },
    { expr: query`${whole(used[resource])} / ${paid(resource)}`, legend: 'used' },
  ],
});

/** What the cluster costs, who takes it, and what of it nobody uses. An estimate: the bill is AWS's. */
export const costDashboard: Dashboard = {
  uid: 'holdfast-cost',
  title: 'Holdfast: cost',
  description:
    'What the cluster’s nodes and volumes cost at the prices that are typed in here, and how much of it is used. Not the bill: databases, load balancers, traffic and discounts are in the account’s Cost Explorer.',
  variables: [
    // A vCPU and its memory as OpenCost's list has them, near on-demand m instances; gp3 in eu-west-1.
    { name: 'vcpu_hour_usd', label: 'USD per vCPU and hour', default: 0.0316 },
    { name: 'gib_hour_usd', label: 'USD per GiB of memory and hour', default: 0.00424 },
    { name: 'gib_month_usd', label: 'USD per GiB of volume and month', default: 0.088 },
  ],
  rows: [
    {
      title: 'A month, at these prices',
      panels: [
        money('Nodes', 'All that run now, for a month. Spot ones cost about a third of it.', nodesMonthly),
        money('Requested', 'What pods keep free for themselves.', requestedMonthly),
        money('Used', 'What they really use of it.', usedMonthly),
        money(
          'Volumes',
          'All persistent volumes of the cluster, snapshots left out.',
          query`sum(${ofExporter('kube_persistentvolume_capacity_bytes')}) / ${gib} * ${ofVariable('gib_month_usd')}`,
        ),
      ],
    },
    {
      title: 'Idle',
      panels: [shares('Processors', 'cpu'), shares('Memory', 'memory')],
    },
    {
      title: 'By namespace',
      panels: [
        byNamespace('CPUs requested', 'They are kept free on a node.', 'short', requested('cpu')),
        byNamespace('CPUs used', 'Average of five minutes.', 'short', used.cpu),
        byNamespace('Memory requested', 'It is kept free on a node.', 'bytes', requested('memory')),
        byNamespace('Memory used', 'Without what the kernel could take back.', 'bytes', used.memory),
      ],
    },
    {
      title: 'What is paid for',
      panels: [
        {
          title: 'Nodes by type',
          description: 'Instances that run, by what AWS calls their type.',
          unit: 'short',
          queries: [
            {
              expr: query`count by (label_node_kubernetes_io_instance_type) (${ofExporter('kube_node_labels')})`,
              legend: '{{label_node_kubernetes_io_instance_type}}',
            },
          ],
        },
        {
          title: 'Nodes by capacity',
          description: 'Spot or on demand: Karpenter’s nodes by its label, those of a node group by EKS’s.',
          unit: 'short',
          queries: [
            {
              expr: query`count by (label_karpenter_sh_capacity_type, label_eks_amazonaws_com_capacity_type) (${ofExporter('kube_node_labels')})`,
              legend: '{{label_karpenter_sh_capacity_type}}{{label_eks_amazonaws_com_capacity_type}}',
            },
          ],
        },
        byNamespace(
          'Volumes',
          'What claims have asked for; it is paid for whether it is full or not.',
          'bytes',
          query`sum by (namespace) (${ofExporter('kube_persistentvolumeclaim_resource_requests_storage_bytes')})`,
        ),
        {
          title: 'Sent by pods',
          description:
            'To anywhere. AWS charges what leaves its zone, and more for what passes a NAT gateway.',
          unit: 'Bps',
          queries: [
            {
              expr: query`sum by (namespace) (rate(${ofExporter('container_network_transmit_bytes_total')}[5m]))`,
              legend: '{{namespace}}',
            },
          ],
        },
      ],
    },
  ],
};
