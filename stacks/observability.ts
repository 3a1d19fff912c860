import type { Construct } from 'constructs';
import { cacheGroup, cacheNodes } from '../constructs/cache/alarms';
import { HoldfastStack } from '../constructs/core/stack';
import { instanceNames } from '../constructs/database/parameters';
import { useHelm, useKubernetes } from '../constructs/kubernetes/cluster-access';
import type { CloudWatchTargets } from '../constructs/observability/cloudwatch-exporter';
import { EdgeWatch } from '../constructs/observability/edge-watch';
import { Logs } from '../constructs/observability/logs';
import { lokiUid } from '../constructs/observability/logs/grafana-source';
import { Monitoring } from '../constructs/observability/monitoring';
import { Traces } from '../constructs/observability/traces';
import { labelValue } from '../constructs/workload/labels';
import type { AwsDeployment } from '../environments/load';
import { tracesOn } from '../environments/observability-rules';
import { clusterContract, dataContract, networkContract, platformContract } from './contracts';
import { asksCloudWatch, clusterAccess, podSecurityVersion, probedNames } from './kubernetes-props';
import { awsStackProps } from './props';

/** What watches the cluster and the service, and tells people; and where their logs are kept. What the service is watched for, its own stack says. */
export class ObservabilityStack extends HoldfastStack {
  constructor(
    scope: Construct,
    deployment: AwsDeployment,
    upstream: {
      readonly network: HoldfastStack;
      readonly cluster: HoldfastStack;
      readonly data: HoldfastStack;
      readonly platform: HoldfastStack;
    },
  ) {
    super(scope, awsStackProps(deployment, 'observability'));
    const { name, region, tags, cluster: options, observability } = deployment.environment;
    const network = networkContract.consume(this, upstream.network);
    const cluster = clusterContract.consume(this, upstream.cluster);
    const data = dataContract.consume(this, upstream.data);
    const platform = platformContract.consume(this, upstream.platform);
    const access = clusterAccess(deployment, cluster);
    useKubernetes(this, access);
    useHelm(this, access);

    const labels = {
      'app.kubernetes.io/part-of': 'holdfast-observability',
      'app.kubernetes.io/managed-by': 'terraform',
      owner: labelValue(tags.owner),
    };
    const common = {
      owner: tags.owner,
      labels,
      podSecurityVersion: podSecurityVersion(deployment),
      secretStore: platform.secret_store,
    };
    const monitoring = new Monitoring(this, 'monitoring', {
      ...observability,
      ...common,
      environment: name,
      compute: options.compute,
      vpcCidr: network.vpc_cidr,
      grafanaSecretName: data.grafana_secret_name,
      alertingSecretName: data.alerting_secret_name,
      managedPrometheus: observability.integrations.managedPrometheus && {
        region,
        workspaceId: data.metrics_workspace_id,
      },
    });
    new Logs(this, 'logs', {
      options: observability.logs,
      environment: name,
      labels,
      podSecurityVersion: podSecurityVersion(deployment),
      vpcCidr: network.vpc_cidr,
      dependsOn: monitoring.foundation,
    });
    if (tracesOn(observability)) {
      new Traces(this, 'traces', {
        ...observability.traces,
        ...observability.integrations,
        ...common,
        region,
        bucket: data.trace_bucket_name,
        lokiUid: observability.logs.kind === 'loki' ? lokiUid : undefined,
        integrationSecretName: data.integration_secret_name,
        dependsOn: [monitoring.release.release],
      });
    }
    new EdgeWatch(this, 'edge-watch', {
      owner: tags.owner,
      labels,
      cloudWatch: asksCloudWatch(deployment.environment) ? cloudWatchTargets(deployment) : undefined,
      hostnames: probedNames(deployment.environment),
      dependsOn: [monitoring.release.release],
    });
  }
}

/** What of an environment CloudWatch is asked about. */
function cloudWatchTargets({ environment }: AwsDeployment): CloudWatchTargets {
  const { name, region, database, cache, domain } = environment;
  const instances = instanceNames(`holdfast-${name}`, database.readReplicas);
  return {
    region,
    databases: [instances.primary, ...instances.replicas],
    cacheNodes: cacheNodes(cacheGroup(`holdfast-${name}`, cache.shards), cache.shards, cache.replicas).map(
      (node) => node.name,
    ),
    loadBalancersOf: domain?.delegated ? `holdfast-${name}` : undefined,
  };
}
