import type { Construct } from 'constructs';
import { HoldfastStack } from '../constructs/core/stack';
import { useHelm, useKubernetes } from '../constructs/kubernetes/cluster-access';
import { ExternalSecrets } from '../constructs/platform/external-secrets';
import { LoadBalancerController } from '../constructs/platform/load-balancer-controller';
import { secretStoreName } from '../constructs/platform/names';
import { NetworkPolicySwitch } from '../constructs/platform/network-policy-switch';
import { PriorityClasses } from '../constructs/platform/priority-classes';
import { PrometheusOperatorCrds } from '../constructs/platform/prometheus-operator-crds';
import { AwsSecretStore } from '../constructs/platform/secret-store';
import type { AwsDeployment } from '../environments/load';
import { clusterContract, networkContract, platformContract } from './contracts';
import { clusterAccess, podSecurityVersion } from './kubernetes-props';
import { awsStackProps } from './props';

/** What runs in the cluster before any workload: kinds first, then the controllers that own them. */
export class PlatformStack extends HoldfastStack {
  constructor(
    scope: Construct,
    deployment: AwsDeployment,
    upstream: { readonly network: HoldfastStack; readonly cluster: HoldfastStack },
  ) {
    super(scope, awsStackProps(deployment, 'platform'));
    const { region, cluster: options } = deployment.environment;
    const network = networkContract.consume(this, upstream.network);
    const cluster = clusterContract.consume(this, upstream.cluster);
    const access = clusterAccess(deployment, cluster);
    useKubernetes(this, access);
    useHelm(this, access);

    if (options.compute === 'auto') new NetworkPolicySwitch(this, 'network-policy-switch');
    new PriorityClasses(this, 'priority-classes');
    const kinds = new PrometheusOperatorCrds(this, 'prometheus-operator-crds');
    const externalSecrets = new ExternalSecrets(this, 'external-secrets', {
      podSecurityVersion: podSecurityVersion(deployment),
      dependsOn: [kinds.release.release],
    });
    new AwsSecretStore(this, 'secret-store', { region, dependsOn: [externalSecrets.release.release] });
    // In Auto Mode too, whose own load balancing takes Gateways only since October 2026, by a switch that the pinned
    // provider lacks. Each serves its own classes alone, so they don't meet.
    new LoadBalancerController(this, 'load-balancer-controller', {
      clusterName: cluster.cluster_name,
      region,
      vpcId: network.vpc_id,
      dependsOn: [kinds.release.release],
    });

    platformContract.publish(this, { secret_store: secretStoreName });
  }
}
