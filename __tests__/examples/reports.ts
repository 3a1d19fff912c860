import type { Construct } from 'constructs';
import { HoldfastStack } from '../../constructs/core/stack';
import { useHelm, useKubernetes } from '../../constructs/kubernetes/cluster-access';
import { priorityClasses } from '../../constructs/platform/names';
import { WebService } from '../../constructs/workload/web-service';
import type { AwsDeployment } from '../../environments/load';
import { clusterContract, networkContract } from '../../stacks/contracts';
import { clusterAccess, podSecurityVersion } from '../../stacks/kubernetes-props';
import { awsStackProps } from '../../stacks/props';

/** Reports: a service of another team, with an image of its own. */
export class ReportsStack extends HoldfastStack {
  constructor(
    scope: Construct,
    deployment: AwsDeployment,
    upstream: { readonly network: HoldfastStack; readonly cluster: HoldfastStack },
  ) {
    super(scope, awsStackProps(deployment, 'reports'));
    const network = networkContract.consume(this, upstream.network);
    const access = clusterAccess(deployment, clusterContract.consume(this, upstream.cluster));
    useKubernetes(this, access);
    useHelm(this, access);

    const { domain, cluster, region } = deployment.environment;
    const registry = `${deployment.account.id}.dkr.ecr.${region}.amazonaws.com`;
    new WebService(this, 'service', {
      name: 'reports',
      owner: 'team-reports',
      podSecurityVersion: podSecurityVersion(deployment),
      image: `${registry}/reports@sha256:${'0'.repeat(64)}`,
      port: 8080,
      healthPort: 8081,
      probes: { startup: '/healthz', liveness: '/livez', readiness: '/readyz' },
      settings: { LOG_LEVEL: 'info' },
      resources: { cpuMillis: 100, memoryMiB: 256 },
      replicas: { min: 3, max: 6 },
      priorityClass: priorityClasses.serving.name,
      drainDelaySeconds: 15,
      shutdownSeconds: 20,
      resolverOnNode: cluster.compute === 'auto',
      route: domain?.delegated
        ? {
            // Of the environment's certificate: `wildcard: true`, or a name of its own in `alternativeNames`.
            hostnames: [`reports.${domain.name}`],
            matches: [{ path: { type: 'PathPrefix', value: '/v1' } }],
            loadBalancerCidrs: network.public_subnet_cidrs,
          }
        : undefined,
      dependsOn: [],
    });
  }
}
