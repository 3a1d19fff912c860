import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import { type PlainSettingsInput, serviceRoleNames } from '../app/src/contract';
import { FaultPodAccess } from '../constructs/chaos/pod-access';
import { HoldfastStack } from '../constructs/core/stack';
import type { HandedOver } from '../constructs/core/stack-contract';
import type { FailoverRecord } from '../constructs/edge/failover';
import { mayRoute, readinessGates } from '../constructs/edge/names';
import { useHelm, useKubernetes } from '../constructs/kubernetes/cluster-access';
import { useLocalKubernetes } from '../constructs/kubernetes/local-access';
import { sentryDsn } from '../constructs/observability/names';
import { ServiceWatch } from '../constructs/observability/service-watch';
import { StoreWatch } from '../constructs/observability/store-watch';
import { otlpEndpoint } from '../constructs/observability/traces/names';
import { toCollector } from '../constructs/observability/traces/network';
import { priorityClasses } from '../constructs/platform/names';
import { DisruptionBudgets } from '../constructs/workload/disruption-budgets';
import { exporterResources, StoreExporter } from '../constructs/workload/exporter';
import { ServiceFoundation } from '../constructs/workload/foundation';
import { selectorLabels, sharedLabels } from '../constructs/workload/labels';
import {
  databaseDirectory,
  ownerSecret,
  paths,
  sentrySecret,
  serviceSecret,
} from '../constructs/workload/layout';
import { LocalService } from '../constructs/workload/local-service';
import { Migration } from '../constructs/workload/migration';
import { serviceNamespace } from '../constructs/workload/names';
import { anywhere, podIdentityAgent, WorkloadNetworkPolicy } from '../constructs/workload/network-policies';
import { managementServiceLabel } from '../constructs/workload/role-services';
import { RoleAutoscaler, roleScaling } from '../constructs/workload/scaling';
import { ServiceRole } from '../constructs/workload/service-role';
import { ServiceSecrets } from '../constructs/workload/service-secrets';
import type { AwsDeployment, LocalDeployment } from '../environments/load';
import { tracesOn } from '../environments/observability-rules';
import { clusterContract, dataContract, networkContract, platformContract } from './contracts';
import { clusterAccess, faultPods, podSecurityVersion } from './kubernetes-props';
import { awsStackProps, localStackProps, serviceImage } from './props';

export interface AppUpstream {
  readonly network: HoldfastStack;
  readonly cluster: HoldfastStack;
  readonly data: HoldfastStack;
  readonly platform: HoldfastStack;
}

/** The service on AWS: one Deployment per role, after the Job that prepares the database. */
export class AppStack extends HoldfastStack {
  constructor(scope: Construct, deployment: AwsDeployment, upstream: AppUpstream) {
    super(scope, awsStackProps(deployment, 'app'));
    const { environment } = deployment;
    const network = networkContract.consume(this, upstream.network);
    const cluster = clusterContract.consume(this, upstream.cluster);
    const data = dataContract.consume(this, upstream.data);
    const platform = platformContract.consume(this, upstream.platform);
    const access = clusterAccess(deployment, cluster);
    useKubernetes(this, access);
    useHelm(this, access);

    const { owner } = environment.tags;
    const { domain } = environment;
    // Without a name there is no load balancer: nothing leads to the service, and nothing outside is let in.
    const hostnames = domain?.delegated ? [domain.name, ...domain.alternativeNames] : undefined;
    const foundation = new ServiceFoundation(this, 'foundation', {
      owner,
      podSecurityVersion: podSecurityVersion(deployment),
      namespaceLabels: { ...readinessGates, ...(hostnames && mayRoute) },
      settings: awsSettings(deployment, data),
      flags: environment.service.flags,
      quotaFor: [
        ...serviceRoleNames.map((role) => {
          const { replicas, ...resources } = environment.service.roles[role];
          return { ...resources, maxReplicas: replicas.max };
        }),
        ...(environment.observability.enabled ? [{ ...exporterResources, maxReplicas: 1 }] : []),
      ],
      mesh: environment.platform.istio,
    });
    const { configuration } = foundation;
    const common = { namespace: serviceNamespace, owner, dependsOn: foundation.ready };
    const resolverOnNode = environment.cluster.compute === 'auto';
    const { sentry } = environment.observability.integrations;
    const telemetry = [
      ...(tracesOn(environment.observability) ? [toCollector] : []),
      ...(sentry ? [anywhere(443)] : []),
    ];
    const secrets = new ServiceSecrets(this, 'secrets', {
      ...common,
      store: platform.secret_store,
      sources: [
        { secret: serviceSecret, remoteKey: data.service_secret_name },
        {
          secret: ownerSecret,
          remoteKey: data.database_owner_secret_arn,
          properties: { HOLDFAST_DATABASE_PASSWORD: 'password' },
        },
        ...(sentry
          ? [
              {
                secret: sentrySecret,
                remoteKey: data.integration_secret_name,
                properties: { HOLDFAST_SENTRY_DSN: sentryDsn },
              },
            ]
          : []),
      ],
    });

    const database = { cidr: network.vpc_cidr, port: data.database_port };
    const cache = { cidr: network.vpc_cidr, port: data.cache_port };
    const release = { image: serviceImage(deployment), version: deployment.images.service.slice(7, 19) };
    const migrationPolicy = new WorkloadNetworkPolicy(this, 'migration-network-policy', {
      ...common,
      component: 'migrate',
      egress: [database],
      resolverOnNode,
    });
    const migration = new Migration(this, 'migration', {
      ...common,
      ...release,
      configuration,
      secrets: [ownerSecret],
      priorityClass: priorityClasses.serving.name,
      dependsOn: [...foundation.ready, migrationPolicy.policy, secrets.release],
    });

    for (const role of serviceRoleNames) {
      const { replicas, ...resources } = environment.service.roles[role];
      const { scaler, priorityClass } = roleScaling[role];
      const policy = new WorkloadNetworkPolicy(this, `${role}-network-policy`, {
        ...common,
        component: role,
        loadBalancerCidrs: hostnames && network.public_subnet_cidrs,
        egress: [database, cache, podIdentityAgent],
        moreEgress: telemetry,
        resolverOnNode,
      });
      const { deployment: workload } = new ServiceRole(this, role, {
        ...common,
        ...release,
        role,
        configuration,
        secrets: [serviceSecret, ...(sentry ? [sentrySecret] : [])],
        resources,
        replicas: replicas.min,
        autoscaled: true,
        drainDelaySeconds: environment.service.drainDelaySeconds,
        priorityClass,
        monitored: true,
        hostnames,
        records: failoverRecord(deployment, network.failover_check_id),
        startAfter: [policy.policy, migration.job],
      });
      new RoleAutoscaler(this, `${role}-autoscaler`, {
        ...common,
        role,
        replicas,
        scaler,
        prometheus: environment.platform.queueScaling,
        dependsOn: [...foundation.ready, workload],
      });
    }
    if (faultPods(deployment)) {
      new FaultPodAccess(this, 'fault-injection', { ...common, resolverOnNode });
    }
    new DisruptionBudgets(this, 'disruption-budgets', { ...common, roles: serviceRoleNames });
    new ServiceWatch(this, 'watch', {
      namespace: serviceNamespace,
      owner,
      labels: sharedLabels(owner),
      serviceLabels: managementServiceLabel,
      dependsOn: foundation.ready,
    });
    // Without a Prometheus nobody would ask it.
    if (environment.observability.enabled) {
      const policy = new WorkloadNetworkPolicy(this, 'exporter-network-policy', {
        ...common,
        component: 'exporter',
        egress: [database, cache, podIdentityAgent],
        resolverOnNode,
      });
      new StoreExporter(this, 'exporter', {
        ...common,
        ...release,
        configuration,
        priorityClass: priorityClasses.background.name,
        drainDelaySeconds: environment.service.drainDelaySeconds,
        startAfter: [policy.policy, migration.job],
      });
      new StoreWatch(this, 'store-watch', {
        ...common,
        labels: sharedLabels(owner),
        serviceLabels: selectorLabels('exporter'),
      });
    }
  }
}

/** The part that the environment's records play, where two regions answer to one name. */
const failoverRecord = (
  { environment, recovers, recoveredBy }: AwsDeployment,
  healthCheckId: string,
): FailoverRecord | undefined => {
  const setIdentifier = environment.name;
  if (recovers) return { setIdentifier, failover: 'SECONDARY' };
  return recoveredBy && { setIdentifier, failover: 'PRIMARY', healthCheckId };
};

/** The settings of all roles. What stands in no line here has the contract's default: IAM logins, verified TLS. */
const awsSettings = (
  { environment }: AwsDeployment,
  data: HandedOver<typeof dataContract.outputs>,
): PlainSettingsInput => ({
  HOLDFAST_ENVIRONMENT: environment.name,
  HOLDFAST_TIER: environment.tier,
  HOLDFAST_LOG_LEVEL: environment.service.logLevel,
  HOLDFAST_FLAGS_DIRECTORY: paths.flags,
  HOLDFAST_DRAIN_DELAY_SECONDS: environment.service.drainDelaySeconds,
  HOLDFAST_AWS_REGION: environment.region,
  HOLDFAST_DATABASE_ENGINE: 'postgres',
  HOLDFAST_DATABASE_HOST: data.database_host,
  HOLDFAST_DATABASE_DIRECT_HOST: data.database_direct_host,
  ...(environment.database.readReplicas > 0 && {
    HOLDFAST_DATABASE_READER_HOSTS: Fn.join(',', data.database_reader_hosts),
  }),
  HOLDFAST_DATABASE_PORT: data.database_port,
  HOLDFAST_DATABASE_NAME: data.database_name,
  HOLDFAST_CACHE_ENGINE: 'valkey',
  HOLDFAST_CACHE_MODE: data.cache_mode,
  HOLDFAST_CACHE_HOST: data.cache_host,
  HOLDFAST_CACHE_PORT: data.cache_port,
  HOLDFAST_CACHE_NAME: data.cache_name,
  ...(tracesOn(environment.observability) && {
    HOLDFAST_OTLP_ENDPOINT: otlpEndpoint,
    HOLDFAST_TRACE_SAMPLING: environment.observability.traces.recordedShare,
  }),
});

/** The service on a laptop's cluster: no AWS, no other stack, everything embedded. */
export class LocalAppStack extends HoldfastStack {
  constructor(scope: Construct, deployment: LocalDeployment) {
    super(scope, localStackProps(deployment, 'app'));
    const { environment } = deployment;
    useLocalKubernetes(this, environment);
    new LocalService(this, 'service', {
      settings: {
        HOLDFAST_ENVIRONMENT: environment.name,
        HOLDFAST_TIER: environment.tier,
        HOLDFAST_LOG_LEVEL: environment.service.logLevel,
        HOLDFAST_FLAGS_DIRECTORY: paths.flags,
        HOLDFAST_DRAIN_DELAY_SECONDS: environment.service.drainDelaySeconds,
        HOLDFAST_DATABASE_ENGINE: 'pglite',
        HOLDFAST_DATABASE_DIRECTORY: databaseDirectory,
        HOLDFAST_CACHE_ENGINE: 'memory',
      },
      flags: environment.service.flags,
      image: 'holdfast:local',
      resources: environment.service.all,
      drainDelaySeconds: environment.service.drainDelaySeconds,
    });
  }
}
