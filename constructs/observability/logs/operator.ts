import { ClusterRoleBindingV1 } from '@cdktf/provider-kubernetes/lib/cluster-role-binding-v1';
import { ClusterRoleV1 } from '@cdktf/provider-kubernetes/lib/cluster-role-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RestrictedNamespace, type RestrictedNamespaceProps } from '../../kubernetes/restricted-namespace';
import { ChartRelease } from '../../platform/chart-release';
import { charts } from '../../platform/charts';
import { ControllerNetwork } from '../../platform/controller-network';
import {
  type ContainerResources,
  type ContainerSecurity,
  containerSecurity,
  type PodSecurity,
  podSecurity,
  resources,
} from '../../platform/hardening';
import { priorityClasses } from '../../platform/names';
import { elasticOperatorNamespace, logCollectorsNamespace, loggingNamespace } from '../names';

export type ElasticOperatorValues = {
  /** The platform's own release brings the kinds. */
  readonly installCRDs: false;
  readonly managedNamespaces: readonly string[];
  /** Roles in those namespaces instead of one for the cluster, which would read and write every Secret there is. */
  readonly createClusterScopedResources: false;
  /** Both would need rights on the whole cluster. */
  readonly webhook: { readonly enabled: false };
  readonly config: {
    readonly validateStorageClass: false;
    readonly setDefaultSecurityContext: 'true';
    readonly logVerbosity: '-1';
  };
  readonly telemetry: { readonly disabled: true };
  readonly priorityClassName: string;
  readonly resources: ContainerResources;
  readonly podSecurityContext: PodSecurity;
  readonly securityContext: ContainerSecurity;
};

export interface ElasticOperatorProps {
  readonly vpcCidr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  /** The namespaces that it looks after. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Elastic's operator (ECK). One copy: while it is away everything that it has made runs on. Without its webhook a wrong
 * object is refused by its own schema alone, or shown as invalid in its status.
 */
export class ElasticOperator extends Construct {
  /** What it looks after comes after it, and goes before it. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ElasticOperatorProps) {
    super(scope, id);
    const namespace = elasticOperatorNamespace;
    const labels = { ...props.labels };
    const home = new RestrictedNamespace(this, 'namespace', {
      name: namespace,
      podSecurityVersion: props.podSecurityVersion,
      labels,
    });
    const network = new ControllerNetwork(this, 'network', {
      namespace,
      vpcCidr: props.vpcCidr,
      // Of Elasticsearch.
      egressPorts: [9200],
      dependsOn: [home.resource],
    });
    // Nodes' zones, which Elasticsearch must know to keep copies apart.
    const role = new ClusterRoleV1(this, 'zones', {
      metadata: { name: 'elastic-operator-zones', labels },
      rule: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }],
    });
    const binding = new ClusterRoleBindingV1(this, 'zones-binding', {
      metadata: { name: 'elastic-operator-zones', labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.metadata.name },
      subject: [{ kind: 'ServiceAccount', name: 'elastic-operator', namespace }],
    });
    const { release } = new ChartRelease(this, 'chart', {
      chart: charts.elasticOperator,
      releaseName: 'elastic-operator',
      namespace,
      values,
      dependsOn: [home.resource, ...network.policies, ...props.dependsOn],
    });
    this.ready = [release, binding];
  }
}

const values: ElasticOperatorValues = {
  installCRDs: false,
  managedNamespaces: [loggingNamespace, logCollectorsNamespace],
  createClusterScopedResources: false,
  webhook: { enabled: false },
  config: { validateStorageClass: false, setDefaultSecurityContext: 'true', logVerbosity: '-1' },
  telemetry: { disabled: true },
  priorityClassName: priorityClasses.background.name,
  resources: resources('50m', '192Mi', '512Mi'),
  podSecurityContext: podSecurity,
  securityContext: containerSecurity,
};
