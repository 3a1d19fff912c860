import { ClusterRoleBindingV1 } from '@cdktf/provider-kubernetes/lib/cluster-role-binding-v1';
import { ClusterRoleV1 } from '@cdktf/provider-kubernetes/lib/cluster-role-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RawObjects } from '../../kubernetes/raw-objects';
import { elasticOperatorNamespace, logCollectorsNamespace, loggingNamespace } from '../names';
import { deliveryCertificates } from './delivery-certificates';
import { elasticsearch } from './elasticsearch';
import { filebeat, filebeatName } from './filebeat';
import { kibana } from './kibana';
import { logstash } from './logstash';
import { beatsPort } from './names';
import type { LogOpenings } from './network';
import { ElasticOperator, type ElasticOperatorProps } from './operator';
import type { ElasticOptions } from './options';
import { PrepareElastic } from './prepare';

export interface ElasticLogsProps extends ElasticOperatorProps {
  readonly options: ElasticOptions;
  readonly environment: string;
}

/** Who may ask whom. */
export const elasticOpenings: LogOpenings = {
  openings: [
    {
      name: 'elasticsearch',
      pods: { 'common.k8s.elastic.co/type': 'elasticsearch' },
      fromNamespaces: [elasticOperatorNamespace],
      port: 9200,
    },
    {
      name: 'logstash',
      pods: { 'common.k8s.elastic.co/type': 'logstash' },
      fromNamespaces: [logCollectorsNamespace],
      port: beatsPort,
    },
  ],
  deliveryPort: beatsPort,
  collectorsAskApi: true,
};

/**
 * Filebeat → Logstash → Elasticsearch ← Kibana. Each comes when what it needs is there: lines that arrive before the
 * index template would lie in indices that nobody ever deletes.
 */
export class ElasticLogs extends Construct {
  constructor(scope: Construct, id: string, props: ElasticLogsProps) {
    super(scope, id);
    const { options, labels, environment, dependsOn } = props;
    const operator = new ElasticOperator(this, 'operator', props);
    const store = new RawObjects(this, 'store', {
      releaseName: 'log-store',
      namespace: loggingNamespace,
      objects: [elasticsearch(options, labels), kibana(labels)],
      dependsOn: operator.ready,
      timeoutSeconds: 900,
    });
    const prepared = new PrepareElastic(this, 'prepare', {
      options,
      environment,
      labels,
      dependsOn: [store.release],
    });
    const certificates = new RawObjects(this, 'certificates', {
      releaseName: 'log-delivery-certificates',
      namespace: loggingNamespace,
      objects: deliveryCertificates(labels),
      dependsOn,
    });
    const receiver = new RawObjects(this, 'receiver', {
      releaseName: 'log-receiver',
      namespace: loggingNamespace,
      objects: logstash(options, environment, labels),
      dependsOn: [prepared.job, certificates.release],
      timeoutSeconds: 900,
    });
    new RawObjects(this, 'collector', {
      releaseName: 'log-collector',
      namespace: logCollectorsNamespace,
      objects: [filebeat(labels)],
      dependsOn: [receiver.release, ...this.filebeatRights(labels, dependsOn)],
      timeoutSeconds: 900,
    });
  }

  /** Filebeat asks the Kubernetes API which pod a file is of, and nothing else. */
  private filebeatRights(
    given: Readonly<Record<string, string>>,
    dependsOn: readonly ITerraformDependable[],
  ): ITerraformDependable[] {
    const labels = { ...given };
    const account = new ServiceAccountV1(this, 'filebeat-account', {
      metadata: { name: filebeatName, namespace: logCollectorsNamespace, labels },
      automountServiceAccountToken: false,
      dependsOn: [...dependsOn],
    });
    const role = new ClusterRoleV1(this, 'filebeat-role', {
      metadata: { name: filebeatName, labels },
      rule: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    });
    const binding = new ClusterRoleBindingV1(this, 'filebeat-binding', {
      metadata: { name: filebeatName, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: filebeatName },
      subject: [{ kind: 'ServiceAccount', name: filebeatName, namespace: logCollectorsNamespace }],
      dependsOn: [role],
    });
    return [account, binding];
  }
}
