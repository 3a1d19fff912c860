import type { KubernetesObject } from '../kubernetes/raw-objects';
import type { PromQl, Window } from './promql';

/** Files in runbooks/ that an alert of Prometheus may send people to, without their ending. */
export type AlertRunbook =
  | 'backup-failing'
  | 'database-dump-late'
  | 'cache-failed-over'
  | 'cache-saturated'
  | 'cache-unreachable'
  | 'database-contention'
  | 'database-replica-lagging'
  | 'database-saturated'
  | 'database-statements-slow'
  | 'database-storage-full'
  | 'database-unreachable'
  | 'database-wraparound'
  | 'dependency-unreachable'
  | 'disk-full'
  | 'event-loop-blocked'
  | 'memory-exhausted'
  | 'processor-saturated'
  | 'certificate-of-cluster-expiring'
  | 'flag-file-broken'
  | 'log-pipeline-down'
  | 'monitoring-impaired'
  | 'node-under-pressure'
  | 'public-route-down'
  | 'queue-lagging'
  | 'rollout-stuck'
  | 'service-failing'
  | 'service-saturated'
  | 'service-slow'
  | 'slo-burning'
  | 'traces-lost'
  | 'workload-unstable';

/** critical: somebody is called, at night too. warning: somebody looks during the day. none: it only proves the way. */
export type AlertSeverity = 'critical' | 'warning' | 'none';

/** When somebody is called for what Prometheus sees. */
export interface Alert {
  readonly name: string;
  readonly expr: PromQl;
  /** How long it has to hold without a break. */
  readonly for: Window;
  readonly severity: AlertSeverity;
  /** One line, with `{{ $labels.… }}` where it says which. */
  readonly summary: string;
  /** What happens if nobody does anything. */
  readonly description: string;
  readonly runbook: AlertRunbook;
  /** Beside severity and owner. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertGroup {
  readonly name: string;
  readonly alerts: readonly Alert[];
}

/** A group as Prometheus reads it. */
export const ruleGroup = (group: AlertGroup, owner: string) => ({
  name: group.name,
  rules: group.alerts.map((alert) => ({
    alert: alert.name,
    expr: alert.expr,
    for: alert.for,
    labels: { severity: alert.severity, owner, ...alert.labels },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook: `runbooks/${alert.runbook}.md`,
    },
  })),
});

export interface AlertObjectProps {
  readonly name: string;
  readonly namespace: string;
  /** On the object. */
  readonly labels: Readonly<Record<string, string>>;
  /** Who is responsible; every alert carries it. */
  readonly owner: string;
  readonly groups: readonly AlertGroup[];
}

/** Alerts as the object that the operator hands to Prometheus. */
export const alertObject = (props: AlertObjectProps): KubernetesObject => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: props.name, namespace: props.namespace, labels: props.labels },
  spec: { groups: props.groups.map((group) => ruleGroup(group, props.owner)) },
});
