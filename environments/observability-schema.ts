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
      rollover: z.strictObject({ days: days(1, 30).default(1), GiB: whole(1, 50).default(20) }).prefault({}),
    }),
    /** Loki on one volume, seen in Grafana: no copy, no login of its own. */
    z.strictObject({
      kind: z.literal('loki'),
      /** GiB of its volume. It can grow by hand, never shrink. Default: 20. */
      storageGiB: whole(5, 1_000).default(20),
      /** Requested, and its limit. Default: 1024. */
      memoryMiB: whole(512, 16_384).default(1_024),
      /** Default: 7. */
      retentionDays: logDays.default(7),
    }),
    /** Only the kubelet's own files on each node, for `kubectl logs`. */
    z.strictObject({ kind: z.literal('none') }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? 'must be "elastic", "loki" or "none"' : undefined) },
);

/** Prometheus, Alertmanager and Grafana on the cluster, and what keeps its logs. */
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
  /** Who is told of alerts. Default: nobody. */
  receivers: receiversSchema.prefault({}),
  /** Default: none. */
  maintenance: z.array(maintenanceSchema).default([]),
  /** Default: elastic, three nodes. */
  logs: logsSchema.prefault({ kind: 'elastic' }),
});
