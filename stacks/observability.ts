import type { Construct } from 'constructs';
import { HoldfastStack } from '../constructs/core/stack';
import { useHelm, useKubernetes } from '../constructs/kubernetes/cluster-access';
import { Logs } from '../constructs/observability/logs';
import { Monitoring } from '../constructs/observability/monitoring';
import { labelValue } from '../constructs/workload/labels';
import type { AwsDeployment } from '../environments/load';
import { clusterContract, dataContract, networkContract, platformContract } from './contracts';
import { clusterAccess, podSecurityVersion } from './kubernetes-props';
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
    new Logs(this, 'logs', {
      options: observability.logs,
      environment: name,
      labels,
      podSecurityVersion: podSecurityVersion(deployment),
      vpcCidr: network.vpc_cidr,
      dependsOn: monitoring.foundation,
    });
  }
}
