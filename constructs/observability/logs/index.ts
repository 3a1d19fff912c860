import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import {
  PrivilegedNamespace,
  RestrictedNamespace,
  type RestrictedNamespaceProps,
} from '../../kubernetes/restricted-namespace';
import { logCollectorsNamespace, loggingNamespace } from '../names';
import { ElasticLogs, elasticOpenings } from './elastic-logs';
import { LokiLogs, lokiOpenings } from './loki-logs';
import { LogNetwork } from './network';
import type { LogsOptions } from './options';

export interface LogsProps {
  /**
   * Another kind begins empty; volumes of the one before stay behind in the namespace. `none` takes the namespace away, and
   * with it every line.
   */
  readonly options: LogsOptions;
  readonly environment: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  readonly vpcCidr: string;
  /** The class of the volumes, and the monitoring's namespace. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Logs of every container of the cluster: collected on the nodes, kept for as many days as the environment says, searched
 * by people.
 *
 * | file | what it is |
 * |---|---|
 * | options, names, hardening | what an environment chooses; what things are called; what pods may do |
 * | elastic-logs | the kind `elastic`: operator, elasticsearch, kibana, logstash (its pipelines in logstash-pipelines), filebeat |
 * | index-template, saved-searches, prepare | what is indexed and for how long; what people look for; the Job that tells both |
 * | delivery-certificates | mutual TLS between Filebeat and Logstash |
 * | loki-logs | the kind `loki`: loki-values, loki-collector, and Grafana's data source |
 * | network | who may reach what, of both |
 * | alerts | when the way of the lines is interrupted |
 */
export class Logs extends Construct {
  constructor(scope: Construct, id: string, props: LogsProps) {
    super(scope, id);
    const { options, labels, podSecurityVersion } = props;
    if (options.kind === 'none') return;
    const home = new RestrictedNamespace(this, 'namespace', {
      name: loggingNamespace,
      podSecurityVersion,
      labels,
    });
    const ofNodes = new PrivilegedNamespace(this, 'collectors-namespace', {
      name: logCollectorsNamespace,
      podSecurityVersion,
      labels,
    });
    // Here, so that another kind changes the policies instead of making some of the same names.
    const network = new LogNetwork(this, 'network', {
      ...(options.kind === 'elastic' ? elasticOpenings : lokiOpenings),
      labels,
      dependsOn: [home.resource, ofNodes.resource],
    });
    const dependsOn = [home.resource, ofNodes.resource, ...network.policies, ...props.dependsOn];
    if (options.kind === 'elastic') {
      new ElasticLogs(this, 'elastic', { ...props, options, dependsOn });
    } else {
      new LokiLogs(this, 'loki', { options, labels, dependsOn });
    }
  }
}
