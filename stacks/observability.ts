import type { Construct } from 'constructs';
import { cacheGroup, cacheNodes } from '../constructs/cache/alarms';
import { HoldfastStack } from '../constructs/core/stack';
import { instanceNames } from '../constructs/database/parameters';
import { useHelm, useKubernetes } from '../constructs/kubernetes/cluster-access';
import type { CloudWatchTargets } from '../constructs/observability/cloudwatch-exporter';
import { EdgeWatch } from '../constructs/observability/edge-watch';
import { Monitoring } from '../constructs/observability/monitoring';
import { labelValue } from '../constructs/workload/labels';
import type { AwsDeployment } from '../environments/load';
import { clusterContract, dataContract, networkContract, platformContract } from './contracts';
import { asksCloudWatch, clusterAccess, podSecurityVersion, probedNames } from './kubernetes-props';
import { awsStackProps } from './props';

/** What watches the cluster and the service, and tells people. What the service is watched for, its own stack says. */
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
    const { name, tags, cluster: options, observability } = deployment.environment;
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
    const monitoring = new Monitoring(this, 'monitoring', {
      ...observability,
      environment: name,
      compute: options.compute,
      owner: tags.owner,
      labels,
      podSecurityVersion: podSecurityVersion(deployment),
      vpcCidr: network.vpc_cidr,
      secretStore: platform.secret_store,
      grafanaSecretName: data.grafana_secret_name,
      alertingSecretName: data.alerting_secret_name,
    });
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
