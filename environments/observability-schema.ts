import { z } from 'zod';
import { days, whole } from './values';

/** Severities that somebody is told of; who is to hear of none is left out. */
const severities = z.array(z.enum(['critical', 'warning'])).min(1);

const email = z.email('must be an e-mail address');
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day such as 03:00');

/**
 * Ways to tell people of alerts. What is secret about them (URLs, keys, passwords) stands in Secrets Manager, in the
 * entry holdfast/<env>/alerting, and is put there by a person: docs/observability.md.
 */
const receiversSchema = z.strictObject({
  /** A channel, by an incoming webhook. Default severities: both. */
  slack: z
    .strictObject({
      /** Such as #alerts. */
      channel: z.string().regex(/^#[a-z0-9_-]{1,79}$/, 'must be a channel such as #alerts'),
      /** Which alerts. Default: both. */
      severities: severities.default(['critical', 'warning']),
    })
    .optional(),
  /** Calls people. Default severities: critical. */
  pagerDuty: z
    .strictObject({
      /** Which alerts. Default: critical. */
      severities: severities.default(['critical']),
    })
    .optional(),
  /** Default severities: both. */
  email: z
    .strictObject({
      /** Who gets the mails. */
      to: z.array(email).min(1),
      /** Sender, which the server has to know. */
      from: email,
      /** Server that takes the mail, with STARTTLS, such as email-smtp.eu-west-1.amazonaws.com:587. */
      server: z.string().regex(/^[a-z0-9.-]+:\d{2,5}$/, 'must be a host and a port'),
      /** Whose password stands in the secret. */
      username: z.string().min(1),
      /** Which alerts. Default: both. */
      severities: severities.default(['critical', 'warning']),
    })
    .optional(),
  /** A service outside that raises the alarm when Watchdog, which always fires, stops coming. Default: false. */
  deadMansSwitch: z.boolean().default(false),
});

/** When alerts of a severity tell nobody: they fire, are seen in Alertmanager, and go out if they outlast it. */
const maintenanceSchema = z.strictObject({
  /** What it is called in Alertmanager. */
  name: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, 'must be lower-case letters, digits and hyphens'),
  /** Days of the week, in UTC. */
  weekdays: z
    .array(z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']))
    .min(1),
  /** Time of day in UTC when it begins. */
  from: clock,
  /** And when it ends, on the same day. */
  to: clock,
  /** Default: warning. Critical ones are muted only where somebody says so. */
  severities: severities.default(['warning']),
});

/** Days that log lines are kept. Lowering it deletes what is older. */
const logDays = days(1, 365);

/**
 * Where the lines of every container go. Another kind begins empty, and leaves the volumes of the one before behind until
 * somebody deletes them; `none` deletes every line.
 */
const logsSchema = z.discriminatedUnion(
  'kind',
  [
    /** Elasticsearch, Kibana, Logstash and Filebeat, by Elastic's operator. */
    z.strictObject({
      /** Where logs go; the others are `loki` and `none`. */
      kind: z.literal('elastic'),
      /** Of Elasticsearch, over the zones. Default: 3. With 1 the loss of its volume is the loss of the logs. */
      nodes: z.literal([1, 3, 5, 7, 9]).default(3),
      /** GiB of each node's volume. It can grow, never shrink. Default: 50. */
      storageGiB: whole(10, 4_000).default(50),
      /** Of each node, requested and its limit; half of it is the heap. Default: 2048. */
      memoryMiB: whole(1_024, 65_536).default(2_048),
      /** From when an index was closed. Default: 14. */
      retentionDays: logDays.default(14),
      /**
       * When an index is closed and the next begun: after so many days, or when it is as large as that. Retention removes
       * whole indices, so lines live up to that many days longer. Default: 1 day, 20 GiB.
       */
      rollover: z
        .strictObject({
          /** Default: 1. */
          days: days(1, 30).default(1),
          /** Of its primary shards. Default: 20. */
          GiB: whole(1, 50).default(20),
        })
        .prefault({}),
    }),
    /** Loki on one volume, seen in Grafana: no copy, no login of its own. */
    z.strictObject({
      /** Where logs go; the others are `elastic` and `none`. */
      kind: z.literal('loki'),
      /** GiB of its volume. It can grow by hand, never shrink. Default: 20. */
      storageGiB: whole(5, 1_000).default(20),
      /** Requested, and its limit. Default: 1024. */
      memoryMiB: whole(512, 16_384).default(1_024),
      /** Default: 7. */
      retentionDays: logDays.default(7),
    }),
    /** Only the kubelet's own files on each node, for `kubectl logs`. */
    z.strictObject({
      /** Where logs go; the others are `elastic` and `loki`. */
      kind: z.literal('none'),
    }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? 'must be "elastic", "loki" or "none"' : undefined) },
);

/** OpenTelemetry collectors and Tempo on the cluster, traces in S3. */
const tracesSchema = z.strictObject({
  /** Without it the service records none. Default: true. Taking it away needs the bucket emptied first. */
  enabled: z.boolean().default(true),
  /**
   * Share of the requests that the service records at all, 0 to 1. What it doesn't record can't be kept, whether it fails
   * or is slow. Default: 1. Less where the service's processors are dear.
   */
  recordedShare: z.number().min(0).max(1).default(1),
  /** Per cent of the recorded traces that are kept although they neither failed nor were slow. Default: 10. */
  keptPercentage: z.number().min(0).max(100).default(10),
  /** Days that traces are kept. Lowering it deletes what is older. Default: 7. */
  retentionDays: days(1, 90).default(7),
  /** Copies of the collectors that take traces, and as many of those that choose among them. Default: 2. */
  replicas: whole(1, 10).default(2),
  /** Of each collector that chooses, requested and its limit; half of it holds undecided traces. Default: 1024. */
  memoryMiB: whole(512, 16_384).default(1_024),
});

const hostAndPort = z
  .string()
  .regex(/^[a-zA-Z0-9.-]+:\d{2,5}$/, 'must be a host and a port, such as jaeger.example.com:4317');

/**
 * Other people's services. Their keys stand in Secrets Manager, in the entry holdfast/<env>/integrations, and are put there
 * by a person before `<env>-app` and `<env>-observability` are deployed: docs/observability.md.
 */
const integrationsSchema = z.strictObject({
  /** Severe errors of the service go to Sentry; its DSN is the member `sentry-dsn`. Default: false. */
  sentry: z.boolean().default(false),
  /** Kept traces go to Datadog by OTLP; the key is the member `datadog-api-key`. Default: they don't. */
  datadog: z
    .strictObject({
      /** Where the account lies. */
      site: z.enum([
        'datadoghq.com',
        'us3.datadoghq.com',
        'us5.datadoghq.com',
        'datadoghq.eu',
        'ap1.datadoghq.com',
        'ap2.datadoghq.com',
      ]),
    })
    .optional(),
  /** Kept traces go to Jaeger, or to whatever else takes OTLP over gRPC. Default: they don't. */
  jaeger: z
    .strictObject({
      /** Its OTLP receiver over gRPC, such as jaeger.example.com:4317. */
      endpoint: hostAndPort,
      /** Default: true. Without TLS only within the VPC. */
      tls: z.boolean().default(true),
    })
    .optional(),
  /** All metrics are copied to Amazon Managed Prometheus, at about 0.9 USD per 10 million samples. Default: they aren't. */
  managedPrometheus: z
    .strictObject({
      /**
       * Workspace of the environment's account and region. Default: one is made; taking it away deletes its metrics.
       */
      workspaceId: z
        .string()
        .regex(/^ws-[0-9a-f-]{36}$/, 'must be the id of a workspace, ws-…')
        .optional(),
    })
    .optional(),
});

/** Prometheus, Alertmanager and Grafana on the cluster, and what keeps its logs and traces. */
export const observabilitySchema = z.strictObject({
  /**
   * Without it there is neither stack nor alerts nor logs, and autoscaling by the queue has no figures; CloudWatch's alarms on
   * database, cache and certificate stay. Default: true. Taking it away deletes the metrics.
   */
  enabled: z.boolean().default(true),
  /**
   * Copies of Prometheus and Alertmanager, on different nodes. Each Prometheus asks everything itself, so two cost twice.
   * Default: 2. With 1 nobody is told of anything while its node is replaced.
   */
  replicas: whole(1, 2).default(2),
  /** Days that metrics are kept, if they fit. Lowering it deletes what is older. Default: 15. */
  retentionDays: days(1, 90).default(15),
  /** GiB of each Prometheus' volume; a fifth of it stays free. It can grow by hand, never shrink. Default: 50. */
  storageGiB: whole(10, 2_000).default(50),
  /** Of each Prometheus, requested and its limit. Default: 2048. */
  memoryMiB: whole(512, 65_536).default(2_048),
  /**
   * Asks CloudWatch for what nobody else knows: the database's storage and CPU credits, the cache's processor, errors of
   * the load balancer. 0.4 to 2 USD a month (constructs/observability/cloudwatch-exporter.ts has the sum). Without it the
   * alerts on them have no figures; CloudWatch's own alarms stay. Default: true.
   */
  cloudWatch: z.boolean().default(true),
  /** Who is told of alerts. Default: nobody. */
  receivers: receiversSchema.prefault({}),
  /** Default: none. */
  maintenance: z.array(maintenanceSchema).default([]),
  /** Default: elastic, three nodes. */
  logs: logsSchema.prefault({ kind: 'elastic' }),
  /** Default: on, a tenth of what neither failed nor was slow is kept. */
  traces: tracesSchema.prefault({}),
  /** Default: none. */
  integrations: integrationsSchema.prefault({}),
});
