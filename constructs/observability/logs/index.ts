import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import {
  PrivilegedNamespace,
  RestrictedNamespace,
  type RestrictedNamespaceProps,
} from '../../kubernetes/restricted-namespace';
import { logCollectorsNamespace, loggingNamespace } from '../names';
import { ElasticLogs } from './elastic-logs';
import { LokiLogs } from './loki-logs';
import type { LogsOptions } from './options';

export interface LogsProps {
  /** Changing the kind deletes every log line: the namespace of the one goes before that of the other comes. */
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
    const dependsOn = [home.resource, ofNodes.resource, ...props.dependsOn];
    if (options.kind === 'elastic') {
      new ElasticLogs(this, 'elastic', { ...props, options, dependsOn });
    } else {
      new LokiLogs(this, 'loki', { options, labels, dependsOn });
    }
  }
}
