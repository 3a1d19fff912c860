import type { Construct } from 'constructs';
import { githubDeployRole, githubPlanRole } from '../constructs/account/github-names';
import { NodeAddOns, WorkloadAddOns } from '../constructs/cluster/add-ons';
import { ControlPlane } from '../constructs/cluster/control-plane';
import { Karpenter } from '../constructs/cluster/karpenter';
import { loadBalancerControllerPolicy } from '../constructs/cluster/load-balancer-policy';
import { NodeGroup } from '../constructs/cluster/node-group';
import { type AccessGroup, RoleAccess } from '../constructs/cluster/role-access';
import { HoldfastStack } from '../constructs/core/stack';
import { kubernetesInUse, warnOfSupport } from '../constructs/core/support-calendar';
import { arnIn } from '../constructs/identity/place';
import { PodIdentity } from '../constructs/identity/pod-identity';
import { cloudWatchExporterPolicy } from '../constructs/observability/cloudwatch-exporter';
import { externalDnsPolicy } from '../constructs/platform/external-dns';
import { controllers } from '../constructs/platform/names';
import type { AwsDeployment } from '../environments/load';
import { clusterContract, networkContract } from './contracts';
import { asksCloudWatch, domainRecords } from './kubernetes-props';
import type { NetworkStack } from './network';
import { awsStackProps, awsTarget, isProtected, roleArn, supportTerms } from './props';

/** The Kubernetes cluster with its first nodes, and the AWS roles of the controllers that the platform stack installs. */
export class ClusterStack extends HoldfastStack {
  constructor(scope: Construct, deployment: AwsDeployment, stacks: { readonly network: NetworkStack }) {
    super(scope, awsStackProps(deployment, 'cluster'));
    this.useAws(awsTarget(deployment));
    const { environment, account } = deployment;
    const network = networkContract.consume(this, stacks.network);
    const place = { accountId: account.id, region: environment.region };
    const name = `holdfast-${environment.name}`;
    const { version, compute, nodes } = environment.cluster;
    const access = (roles: readonly string[], group: AccessGroup) =>
      roles.map((role) => ({ arn: roleArn(deployment, role), group }));

    const controlPlane = new ControlPlane(this, 'control-plane', {
      ...place,
      name,
      version,
      subnetIds: network.private_subnet_ids,
      publicAccessCidrs: environment.cluster.publicAccessCidrs,
      logRetentionDays: environment.cluster.logRetentionDays,
      compute,
      deletionProtection: isProtected(deployment),
    });
    warnOfSupport(controlPlane, kubernetesInUse(version), supportTerms(deployment));
    const clusterName = controlPlane.name;
    // The role that deploys installs the platform and the service too, so it administers. Who calls Terraform without one
    // has to be in the list: asking AWS who it is would give everybody a different plan.
    new RoleAccess(this, 'administrators', {
      clusterName,
      access: 'admin',
      roles: [
        ...(environment.deployRole ? access([environment.deployRole], 'holdfast:deployers') : []),
        ...(deployment.account.github
          ? access([githubDeployRole(environment.name)], 'holdfast:deployers')
          : []),
        ...access(environment.cluster.adminRoles, 'holdfast:administrators'),
      ],
    });
    new RoleAccess(this, 'readers', {
      clusterName,
      access: 'view',
      roles: access(environment.cluster.readOnlyRoles, 'holdfast:readers'),
    });
    new RoleAccess(this, 'planners', {
      clusterName,
      access: 'plan',
      roles: deployment.account.github?.clusterPlans ? access([githubPlanRole], 'holdfast:planners') : [],
    });

    const addOns = { ...place, name, clusterName, version };
    // Without a description of nodes EKS Auto Mode starts them, and has of its own what they need.
    const systemNodes =
      nodes &&
      new NodeGroup(this, 'nodes', {
        ...nodes,
        name: `${name}-system`,
        clusterName,
        version,
        subnetIds: network.private_subnet_ids,
        tags: this.tags,
        after: new NodeAddOns(this, 'node-add-ons', addOns).all,
      });
    new WorkloadAddOns(this, 'workload-add-ons', {
      ...addOns,
      nodes: systemNodes?.group,
      volumeTags: this.tags,
    });

    const externalSecrets = new PodIdentity(this, 'external-secrets', {
      ...place,
      ...controllers.externalSecrets,
      roleName: `${name}-external-secrets`,
      description: `external-secrets on ${name}`,
      clusterName: name,
      cluster: clusterName,
      // The key that they are encrypted with belongs to the data stack, which lets this role use it.
      statements: [
        {
          sid: 'ReadSecretsOfTheEnvironment',
          actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          resources: arnIn(place, 'secretsmanager', `secret:holdfast/${environment.name}/*`),
        },
      ],
    });
    new PodIdentity(this, 'load-balancer-controller', {
      ...place,
      ...controllers.loadBalancerController,
      roleName: `${name}-load-balancer-controller`,
      description: `AWS Load Balancer Controller on ${name}`,
      clusterName: name,
      cluster: clusterName,
      statements: loadBalancerControllerPolicy({ ...place, clusterName: name, vpcId: network.vpc_id }),
    });

    const records = domainRecords(environment, network);
    if (records) {
      new PodIdentity(this, 'external-dns', {
        ...place,
        ...controllers.externalDns,
        roleName: `${name}-external-dns`,
        description: `external-dns on ${name}`,
        clusterName: name,
        cluster: clusterName,
        statements: externalDnsPolicy(records.zoneId, records.domain),
      });
    }
    if (asksCloudWatch(environment)) {
      new PodIdentity(this, 'cloudwatch-exporter', {
        ...place,
        ...controllers.cloudWatchExporter,
        roleName: `${name}-cloudwatch-exporter`,
        description: `Metrics of CloudWatch for Prometheus on ${name}`,
        clusterName: name,
        cluster: clusterName,
        statements: cloudWatchExporterPolicy,
      });
    }
    if (environment.cluster.karpenter) {
      new Karpenter(this, 'karpenter', {
        ...place,
        name,
        clusterName,
        securityGroupId: controlPlane.securityGroupId,
      });
    }

    clusterContract.publish(this, {
      cluster_name: clusterName,
      cluster_endpoint: controlPlane.endpoint,
      cluster_ca: controlPlane.certificateAuthority,
      cluster_security_group_id: controlPlane.securityGroupId,
      external_secrets_role_name: externalSecrets.role.name,
    });
  }
}
