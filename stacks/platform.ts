import type { Construct } from 'constructs';
import { HoldfastStack } from '../constructs/core/stack';
import { PublicGateway } from '../constructs/edge/public-gateway';
import { useHelm, useKubernetes } from '../constructs/kubernetes/cluster-access';
import { ExternalSecrets } from '../constructs/platform/external-secrets';
import { GatewayApiCrds } from '../constructs/platform/gateway-api-crds';
import { LoadBalancerController } from '../constructs/platform/load-balancer-controller';
import { secretStoreName } from '../constructs/platform/names';
import { NetworkPolicySwitch } from '../constructs/platform/network-policy-switch';
import { PriorityClasses } from '../constructs/platform/priority-classes';
import { PrometheusOperatorCrds } from '../constructs/platform/prometheus-operator-crds';
import { AwsSecretStore } from '../constructs/platform/secret-store';
import type { AwsDeployment } from '../environments/load';
import { clusterContract, dataContract, networkContract, platformContract } from './contracts';
import { clusterAccess, podSecurityVersion } from './kubernetes-props';
import { awsStackProps, isProtected } from './props';

/** What runs in the cluster before any workload: kinds first, then the controllers that own them. */
export class PlatformStack extends HoldfastStack {
  constructor(
    scope: Construct,
    deployment: AwsDeployment,
    upstream: {
      readonly network: HoldfastStack;
      readonly cluster: HoldfastStack;
      readonly data: HoldfastStack;
    },
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
    const gatewayKinds = new GatewayApiCrds(this, 'gateway-api-crds');
    const externalSecrets = new ExternalSecrets(this, 'external-secrets', {
      podSecurityVersion: podSecurityVersion(deployment),
      dependsOn: [kinds.release.release],
    });
    new AwsSecretStore(this, 'secret-store', { region, dependsOn: [externalSecrets.release.release] });
    // In Auto Mode too, whose own load balancing takes Gateways only since October 2026, by a switch that the pinned
    // provider lacks. Each serves its own classes alone, so they don't meet.
    const loadBalancers = new LoadBalancerController(this, 'load-balancer-controller', {
      clusterName: cluster.cluster_name,
      region,
      vpcId: network.vpc_id,
      dependsOn: [kinds.release.release, gatewayKinds.release.release],
    });
    // Without a name nothing listens: docs/edge.md says how people reach the service then.
    if (deployment.environment.domain?.delegated) {
      new PublicGateway(this, 'public-gateway', {
        name: `holdfast-${deployment.environment.name}`,
        subnetIds: network.public_subnet_ids,
        certificateArn: network.certificate_arn,
        webAclArn: network.web_acl_arn,
        logBucket: dataContract.consume(this, upstream.data).log_bucket_name,
        protect: isProtected(deployment),
        tags: this.tags,
        podSecurityVersion: podSecurityVersion(deployment),
        dependsOn: [loadBalancers.release.release],
      });
    }

    platformContract.publish(this, { secret_store: secretStoreName });
  }
}
