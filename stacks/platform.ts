import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { dumpsNamespace } from '../constructs/backup/dumps/names';
import { HoldfastStack } from '../constructs/core/stack';
import { PublicGateway } from '../constructs/edge/public-gateway';
import { useHelm, useKubernetes } from '../constructs/kubernetes/cluster-access';
import { prometheusPort } from '../constructs/observability/names';
import { AccessRoles } from '../constructs/platform/access-roles';
import { AdmissionPolicies } from '../constructs/platform/admission-policies';
import { ArgoCd } from '../constructs/platform/argo-cd';
import { CertManager } from '../constructs/platform/cert-manager';
import { ElasticCrds } from '../constructs/platform/elastic-crds';
import { ExternalDns } from '../constructs/platform/external-dns';
import { ExternalSecrets } from '../constructs/platform/external-secrets';
import { GatewayApiCrds } from '../constructs/platform/gateway-api-crds';
import { Istio } from '../constructs/platform/istio';
import { KarpenterController } from '../constructs/platform/karpenter-controller';
import { Keda } from '../constructs/platform/keda';
import { LoadBalancerController } from '../constructs/platform/load-balancer-controller';
import { secretStoreName } from '../constructs/platform/names';
import { NetworkPolicySwitch } from '../constructs/platform/network-policy-switch';
import { NodePools } from '../constructs/platform/node-pools';
import { PriorityClasses } from '../constructs/platform/priority-classes';
import { PrometheusOperatorCrds } from '../constructs/platform/prometheus-operator-crds';
import { AwsSecretStore } from '../constructs/platform/secret-store';
import { serviceNamespace } from '../constructs/workload/names';
import type { AwsDeployment } from '../environments/load';
import { clusterContract, dataContract, networkContract, platformContract } from './contracts';
import {
  clusterAccess,
  type DomainRecords,
  domainRecords,
  faultPods,
  nodePools,
  podSecurityVersion,
} from './kubernetes-props';
import { awsStackProps, imageRegistry, isProtected } from './props';

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
    new AccessRoles(this, 'access');
    const kinds = new PrometheusOperatorCrds(this, 'prometheus-operator-crds');
    const gatewayKinds = new GatewayApiCrds(this, 'gateway-api-crds');
    const { observability } = deployment.environment;
    if (observability.enabled && observability.logs.kind === 'elastic') new ElasticCrds(this, 'elastic-crds');
    new AdmissionPolicies(this, 'admission', {
      registry: imageRegistry(deployment),
      ownNamespaces: [serviceNamespace, dumpsNamespace],
      guest: faultPods(deployment),
      dependsOn: [kinds.release.release],
    });
    const externalSecrets = new ExternalSecrets(this, 'external-secrets', {
      podSecurityVersion: podSecurityVersion(deployment),
      vpcCidr: network.vpc_cidr,
      dependsOn: [kinds.release.release],
    });
    const store = new AwsSecretStore(this, 'secret-store', {
      region,
      dependsOn: [externalSecrets.release.release],
    });
    // In Auto Mode too, whose own load balancing takes Gateways only since October 2026, by a switch that the pinned
    // provider lacks. Each serves its own classes alone, so they don't meet.
    const loadBalancers = new LoadBalancerController(this, 'load-balancer-controller', {
      clusterName: cluster.cluster_name,
      region,
      vpcId: network.vpc_id,
      tags: this.tags,
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

    this.addControllers(deployment, network, {
      kinds: kinds.release.release,
      gatewayKinds: gatewayKinds.release.release,
      store: store.release,
      records: domainRecords(deployment.environment, network),
    });

    platformContract.publish(this, { secret_store: secretStoreName });
  }

  /** Each takes nothing of the others, and goes before the kinds that it reads. */
  private addControllers(
    deployment: AwsDeployment,
    network: { readonly vpc_cidr: string },
    after: {
      readonly kinds: ITerraformDependable;
      readonly gatewayKinds: ITerraformDependable;
      readonly store: ITerraformDependable;
      readonly records: DomainRecords | undefined;
    },
  ): void {
    const { environment } = deployment;
    const { cluster, platform, region } = environment;
    const name = `holdfast-${environment.name}`;
    const common = {
      vpcCidr: network.vpc_cidr,
      podSecurityVersion: podSecurityVersion(deployment),
      dependsOn: [after.kinds],
    };
    new CertManager(this, 'cert-manager', common);
    new Keda(this, 'keda', {
      ...common,
      clusterName: name,
      prometheusPort: platform.queueScaling ? prometheusPort : undefined,
    });
    if (cluster.karpenter && cluster.nodes) {
      const karpenter = new KarpenterController(this, 'karpenter', {
        ...common,
        clusterName: name,
        isolated: environment.network.nat === 'none',
      });
      new NodePools(this, 'node-pools', {
        clusterName: name,
        version: cluster.version,
        image: cluster.nodes.image,
        architecture: cluster.nodes.architecture,
        diskGiB: cluster.nodes.diskGiB,
        pools: nodePools(environment),
        quiet: platform.karpenter.quiet,
        tags: this.tags,
        dependsOn: [karpenter.release.release],
      });
    }
    if (after.records) {
      new ExternalDns(this, 'external-dns', {
        ...common,
        ...after.records,
        region,
        ownerId: name,
        removes: environment.tier !== 'production',
        asksTargets: !deployment.recovers && !deployment.recoveredBy,
        dependsOn: [after.kinds, after.gatewayKinds],
      });
    }
    if (platform.istio) new Istio(this, 'istio', common);
    if (platform.argoCd) {
      new ArgoCd(this, 'argo-cd', {
        ...common,
        ...platform.argoCd,
        dependsOn: [after.kinds, after.store],
      });
    }
  }
}
