import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Statement } from '../identity/policy';
import { ChartRelease } from '../platform/chart-release';
import { charts } from '../platform/charts';
import {
  type ContainerResources,
  type ContainerSecurity,
  containerSecurity,
  type PodSecurity,
  podSecurity,
  resources,
} from '../platform/hardening';
import { controllers } from '../platform/names';
import { monitoringNamespace } from './names';

export type CloudWatchExporterValues = {
  readonly fullnameOverride: 'cloudwatch-exporter';
  readonly serviceAccount: {
    readonly create: true;
    readonly name: string;
    readonly automountServiceAccountToken: false;
  };
  readonly podSecurityContext: PodSecurity;
  readonly securityContext: ContainerSecurity & { readonly runAsUser: number; readonly runAsGroup: number };
  readonly resources: ContainerResources;
  readonly testConnection: false;
  readonly extraArgs: { readonly 'scraping-interval': string };
  readonly serviceMonitor: { readonly enabled: true; readonly interval: string; readonly timeout: string };
  /** Text that the chart takes for a template: nothing in it may have double braces. */
  readonly config: string;
};

export interface CloudWatchTargets {
  readonly region: string;
  /** Identifiers of the database's instances. */
  readonly databases: readonly string[];
  /** Names of the cache's nodes. */
  readonly cacheNodes: readonly string[];
  /**
   * Cluster whose load balancers are asked about; their own names have a part that only AWS knows. Default: there are
   * none.
   */
  readonly loadBalancersOf?: string;
}

export interface CloudWatchExporterProps extends CloudWatchTargets {
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Seconds between two rounds of questions, and the span of time that each answer is about. */
export const roundSeconds = 300;

const databaseMetrics = [
  ['FreeStorageSpace', 'Minimum'],
  ['CPUUtilization', 'Average'],
  ['CPUCreditBalance', 'Average'],
  ['EBSIOBalance%', 'Minimum'],
] as const;
const cacheMetrics = [['EngineCPUUtilization', 'Maximum']] as const;
const loadBalancerMetrics = [
  ['HTTPCode_ELB_5XX_Count', 'Sum'],
  ['TargetResponseTime', 'Average'],
] as const;

/**
 * What CloudWatch alone knows, and only that. A value is asked for 8,640 times in a month of 30 days, and a thousand
 * requests cost 0.01 USD: 0.09 USD a month for each value. Four values of each database instance, one of each cache node,
 * two of the load balancer: 0.43 USD for one instance and one node (5 × 8,640 / 1,000 × 0.01), 1.38 USD for two instances,
 * six nodes and a load balancer (16 values). Of the requests about databases and nodes (GetMetricStatistics) the account's
 * first million a month is free, as of those that find the load balancer (three a round); its values (GetMetricData) never
 * are. One pod, which keeps the last answers: Prometheus' two copies ask it, not CloudWatch.
 */
export class CloudWatchExporter extends Construct {
  readonly release: ChartRelease<CloudWatchExporterValues>;

  constructor(scope: Construct, id: string, props: CloudWatchExporterProps) {
    super(scope, id);
    this.release = new ChartRelease(this, 'chart', {
      chart: charts.cloudWatchExporter,
      releaseName: 'cloudwatch-exporter',
      namespace: monitoringNamespace,
      values: cloudWatchExporterValues(props),
      dependsOn: props.dependsOn,
    });
  }
}

export const cloudWatchExporterValues = (targets: CloudWatchTargets): CloudWatchExporterValues => ({
  fullnameOverride: 'cloudwatch-exporter',
  serviceAccount: {
    create: true,
    name: controllers.cloudWatchExporter.serviceAccount,
    // EKS Pod Identity mounts a token of its own.
    automountServiceAccountToken: false,
  },
  podSecurityContext: podSecurity,
  // The image's user, `nobody`, has a name; Kubernetes wants to see its number.
  securityContext: { ...containerSecurity, runAsUser: 65534, runAsGroup: 65534 },
  resources: resources('20m', '48Mi', '128Mi'),
  testConnection: false,
  extraArgs: { 'scraping-interval': `${roundSeconds}` },
  serviceMonitor: { enabled: true, interval: '60s', timeout: '10s' },
  // JSON is YAML.
  config: JSON.stringify(exporterConfig(targets)),
});

/** As docs/configuration.md of the exporter has it. */
function exporterConfig({ region, databases, cacheNodes, loadBalancersOf }: CloudWatchTargets) {
  const job = (namespace: string, dimension: string, value: string, metrics: Metrics) => ({
    name: value,
    namespace,
    regions: [region],
    dimensions: [{ name: dimension, value }],
    metrics: metrics.map(question),
  });
  return {
    apiVersion: 'v1alpha1',
    'sts-region': region,
    static: [
      ...databases.map((name) => job('AWS/RDS', 'DBInstanceIdentifier', name, databaseMetrics)),
      ...cacheNodes.map((name) => job('AWS/ElastiCache', 'CacheClusterId', name, cacheMetrics)),
    ],
    ...(loadBalancersOf && {
      discovery: {
        jobs: [
          {
            type: 'AWS/ApplicationELB',
            regions: [region],
            searchTags: [{ key: 'elbv2.k8s.aws/cluster', value: `^${loadBalancersOf}$` }],
            // Not once more for each zone and target group.
            dimensionNameRequirements: ['LoadBalancer'],
            metrics: loadBalancerMetrics.map(question),
          },
        ],
      },
    }),
  };
}

type Metrics = readonly (readonly [name: string, statistic: string])[];
const question = ([name, statistic]: Metrics[number]) => ({
  name,
  statistics: [statistic],
  period: roundSeconds,
  // Twice as far back: CloudWatch's newest values come a minute or two late.
  length: 2 * roundSeconds,
  // A load balancer without errors reports none.
  ...(name === 'HTTPCode_ELB_5XX_Count' && { nilToZero: true }),
});

/** Reads metrics and tags, which IAM can't limit to some. */
export const cloudWatchExporterPolicy: Statement[] = [
  {
    sid: 'ReadMetrics',
    actions: ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics'],
    resources: '*',
  },
  { sid: 'FindLoadBalancers', actions: 'tag:GetResources', resources: '*' },
];
