import type { AlertSeverity } from './alert';

type Called = Exclude<AlertSeverity, 'none'>;

/** Ways to tell people. What is secret about them lies in files that `receiverKeys` names. */
export interface Receivers {
  readonly slack?: { readonly channel: string; readonly severities: readonly Called[] };
  readonly pagerDuty?: { readonly severities: readonly Called[] };
  readonly email?: {
    readonly to: readonly string[];
    readonly from: string;
    /** Host and port; STARTTLS is demanded. */
    readonly server: string;
    readonly username: string;
    readonly severities: readonly Called[];
  };
  /** Whoever raises the alarm when Watchdog stops coming. */
  readonly deadMansSwitch: boolean;
}

/** A time in which alerts of a severity tell nobody. Times in UTC. */
export interface MaintenanceWindow {
  readonly name: string;
  readonly weekdays: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly severities: readonly Called[];
}

/** Files of the receivers, called after members of the entry in Secrets Manager. */
export const receiverKeys = {
  slack: 'slack-webhook-url',
  pagerDuty: 'pagerduty-routing-key',
  email: 'smtp-password',
  deadMansSwitch: 'dead-mans-switch-url',
} as const;

/** Where Alertmanager finds them. */
export const receiverFolder = '/etc/alertmanager/receivers';

/** Keys that the receivers in use need, in the order of `receiverKeys`. */
export const neededKeys = (receivers: Receivers): string[] =>
  (Object.keys(receiverKeys) as (keyof typeof receiverKeys)[])
    .filter((way) => receivers[way])
    .map((way) => receiverKeys[way]);

const file = (way: keyof typeof receiverKeys): string => `${receiverFolder}/${receiverKeys[way]}`;

const heading = '[{{ .Status | toUpper }}] {{ .CommonLabels.environment }} {{ .CommonLabels.alertname }}';
const body =
  '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\nOwner: {{ .Labels.owner }}. Runbook: {{ .Annotations.runbook }}\n{{ end }}';

/** Called so since the chart's own routes send Watchdog there. It tells nobody. */
const nobody = { name: 'null' };

const ways = {
  slack: ({ channel }: NonNullable<Receivers['slack']>) => ({
    name: 'slack',
    slack_configs: [
      { api_url_file: file('slack'), channel, send_resolved: true, title: heading, text: body },
    ],
  }),
  pagerDuty: () => ({
    name: 'pagerduty',
    pagerduty_configs: [
      {
        routing_key_file: file('pagerDuty'),
        send_resolved: true,
        severity: '{{ .CommonLabels.severity }}',
        description: `${heading}: {{ .CommonAnnotations.summary }}`,
      },
    ],
  }),
  email: ({ to, from, server, username }: NonNullable<Receivers['email']>) => ({
    name: 'email',
    email_configs: [
      {
        to: to.join(', '),
        from,
        smarthost: server,
        auth_username: username,
        auth_password_file: file('email'),
        require_tls: true,
        send_resolved: true,
        headers: { Subject: heading },
        text: body,
      },
    ],
  }),
  deadMansSwitch: () => ({
    name: 'dead-mans-switch',
    webhook_configs: [{ url_file: file('deadMansSwitch'), send_resolved: false }],
  }),
};

/**
 * Alertmanager's configuration: each severity goes to the receivers that ask for it, one alert that explains others
 * silences them, and Watchdog goes to the dead man's switch alone.
 */
export function alertmanagerConfig(receivers: Receivers, windows: readonly MaintenanceWindow[]) {
  const { slack, pagerDuty, email, deadMansSwitch } = receivers;
  const told = [
    ...(pagerDuty ? [{ receiver: ways.pagerDuty(), severities: pagerDuty.severities }] : []),
    ...(slack ? [{ receiver: ways.slack(slack), severities: slack.severities }] : []),
    ...(email ? [{ receiver: ways.email(email), severities: email.severities }] : []),
  ];
  const watchdog = deadMansSwitch ? ways.deadMansSwitch() : nobody;
  return {
    global: { resolve_timeout: '5m' },
    route: {
      receiver: nobody.name,
      group_by: ['environment', 'alertname', 'namespace'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '12h',
      routes: [
        {
          receiver: watchdog.name,
          matchers: ['alertname = "Watchdog"'],
          // One that is missed must show within minutes.
          group_wait: '0s',
          group_interval: '1m',
          repeat_interval: '5m',
        },
        ...(['critical', 'warning'] as const).flatMap((severity) =>
          told
            .filter(({ severities }) => severities.includes(severity))
            .map(({ receiver }) => ({
              receiver: receiver.name,
              matchers: [`severity = "${severity}"`],
              // Every receiver that asks for it, not just the first.
              continue: true,
              // Who is called is called again sooner.
              repeat_interval: severity === 'critical' ? '1h' : '12h',
              ...muted(windows, severity),
            })),
        ),
      ],
    },
    inhibit_rules: [
      // The same alert, worse.
      {
        source_matchers: ['severity = "critical"'],
        target_matchers: ['severity = "warning"'],
        equal: ['environment', 'alertname', 'namespace', 'slo'],
      },
      // A role that is gone explains why its requests fail and its queue waits.
      {
        source_matchers: ['alertname = "RoleAbsent"'],
        target_matchers: ['alertname =~ "ReplicasMissing|RequestsSlow|QueueLagging"'],
        equal: ['environment'],
      },
      {
        source_matchers: ['alertname = "QueueStalled"'],
        target_matchers: ['alertname = "QueueLagging"'],
        equal: ['environment'],
      },
    ],
    receivers: [nobody, ...told.map(({ receiver }) => receiver), ...(deadMansSwitch ? [watchdog] : [])],
    time_intervals: windows.map(({ name, weekdays, from, to }) => ({
      name,
      time_intervals: [
        { weekdays: [...weekdays], times: [{ start_time: from, end_time: to }], location: 'UTC' },
      ],
    })),
  };
}

function muted(windows: readonly MaintenanceWindow[], severity: Called) {
  const names = windows.filter(({ severities }) => severities.includes(severity)).map(({ name }) => name);
  return names.length > 0 ? { mute_time_intervals: names } : {};
}
