import { z } from 'zod';
import { edge } from './edge';
import { healthDefaults, healthThresholds } from './health';
import {
  generatedKeyLength,
  httpAddress,
  logLevels,
  plain,
  ratio,
  reloadable,
  type Section,
  secret,
  whole,
} from './setting-kinds';

export const api = {
  HOLDFAST_BODY_LIMIT_BYTES: plain(
    whole(1024, 64 * 1024 * 1024).default(1024 * 1024),
    'Longest request body. The ingestion route promises 1 MiB: less breaks clients.',
  ),
  HOLDFAST_REQUEST_TIMEOUT_SECONDS: plain(
    whole(1, 600).default(edge.requestSeconds),
    'Seconds within which a client must have sent its request.',
  ),
  HOLDFAST_KEEP_ALIVE_SECONDS: plain(
    whole(1, 3600).default(edge.keepAliveSeconds),
    `Seconds for which an idle connection is kept; more than the load balancer’s ${edge.idleSeconds}, so that it closes, not we.`,
  ),
  HOLDFAST_RATE_LIMIT_PER_MINUTE: reloadable(
    whole(1, 10_000_000).default(60_000),
    'Requests that one client may send in the long run, where the flag rate_limiting is on.',
  ),
  HOLDFAST_RATE_LIMIT_BURST: reloadable(
    whole(1, 1_000_000).default(2000),
    'Requests that one client may send at once after a pause.',
  ),
} as const satisfies Section;

export const security = {
  HOLDFAST_SIGNING_KEY: secret(z.string().min(generatedKeyLength), {
    generated: true,
    description: 'Signs the cursors handed to clients. Rotating it makes cursors in flight invalid.',
  }),
  HOLDFAST_MANAGEMENT_TOKEN: secret(z.string().min(generatedKeyLength), {
    generated: true,
    description:
      'Bearer token of the admin API on the management port. The one before a rotation stays good.',
  }),
  HOLDFAST_MANAGEMENT_HOST: plain(
    z.string().min(1).default('0.0.0.0'),
    'Address that the management port listens on. The kubelet asks the pod’s address: 127.0.0.1 is for machines of one user.',
  ),
} as const satisfies Section;

export const monitoring = {
  HOLDFAST_LOG_LEVEL: reloadable(z.enum(logLevels).default('info'), 'Least severe level that is logged.'),
  HOLDFAST_TRACE_SAMPLING: reloadable(ratio().default(0.01), 'Share of requests that are traced.'),
  HOLDFAST_OTLP_ENDPOINT: plain(
    httpAddress().optional(),
    'Address that traces are exported to by OTLP over HTTP. Default: none are exported.',
  ),
  HOLDFAST_SENTRY_DSN: secret(
    z
      .string()
      .regex(/^https:\/\/\S+$/, 'must be the https address that Sentry shows')
      .optional(),
    {
      generated: false,
      description: 'Sentry project that errors are reported to. Default: none are reported.',
    },
  ),
  HOLDFAST_HEALTH_INTERVAL_SECONDS: reloadable(
    whole(1, 3600).default(healthDefaults.intervalSeconds),
    'Seconds between two checks of a component that is well.',
  ),
  HOLDFAST_HEALTH_TIMEOUT_MS: reloadable(
    whole(10, 60_000).default(healthDefaults.timeoutMs),
    'Milliseconds after which an unanswered check counts as failed.',
  ),
  HOLDFAST_HEALTH_FAILURES_BEFORE_RECOVERY: reloadable(
    whole(1, 100).default(healthDefaults.failuresBeforeRecovery),
    'Failures in a row after which a component’s recovery begins.',
  ),
  HOLDFAST_HEALTH_CPU_WARN_RATIO: reloadable(
    ratio().default(healthThresholds.cpu.degraded),
    'Share of the CPU from which it is degraded.',
  ),
  HOLDFAST_HEALTH_CPU_CRITICAL_RATIO: reloadable(
    ratio().default(healthThresholds.cpu.unhealthy),
    'Share of the CPU from which it is unhealthy.',
  ),
  HOLDFAST_HEALTH_MEMORY_WARN_RATIO: reloadable(
    ratio().default(healthThresholds.memory.degraded),
    'Share of the memory (of the container’s limit, where it has one) from which it is degraded.',
  ),
  HOLDFAST_HEALTH_MEMORY_CRITICAL_RATIO: reloadable(
    ratio().default(healthThresholds.memory.unhealthy),
    'Share of the memory from which it is unhealthy.',
  ),
  HOLDFAST_HEALTH_DISK_WARN_RATIO: reloadable(
    ratio().default(healthThresholds.disk.degraded),
    'Share of the disk that holds data from which it is degraded.',
  ),
  HOLDFAST_HEALTH_DISK_CRITICAL_RATIO: reloadable(
    ratio().default(healthThresholds.disk.unhealthy),
    'Share of the disk from which it is unhealthy.',
  ),
  HOLDFAST_HEALTH_EVENT_LOOP_WARN_MS: reloadable(
    whole(1, 60_000).default(healthThresholds.eventLoopMs.degraded),
    'Delay of the event loop (p99, milliseconds) from which it is degraded.',
  ),
  HOLDFAST_HEALTH_EVENT_LOOP_CRITICAL_MS: reloadable(
    whole(1, 60_000).default(healthThresholds.eventLoopMs.unhealthy),
    'Delay of the event loop from which it is unhealthy.',
  ),
  HOLDFAST_HEALTH_QUEUE_LAG_WARN_SECONDS: reloadable(
    whole(1, 86_400).default(healthThresholds.queueLagSeconds.degraded),
    'Age of the oldest accepted batch that is not aggregated, from which the queue is degraded.',
  ),
  HOLDFAST_HEALTH_QUEUE_LAG_CRITICAL_SECONDS: reloadable(
    whole(1, 86_400).default(healthThresholds.queueLagSeconds.unhealthy),
    'Age of that batch from which the queue is unhealthy.',
  ),
} as const satisfies Section;

export const compliance = {
  HOLDFAST_IDEMPOTENCY_KEY_HOURS: reloadable(
    whole(1, 720).default(24),
    'Hours for which a client’s idempotency key and the hash of its request are kept, and repeating it is safe.',
  ),
} as const satisfies Section;

export const performance = {
  HOLDFAST_QUERY_CACHE_SECONDS: reloadable(
    whole(1, 3600).default(10),
    'Seconds for which an answer to an aggregate query is reused: its greatest staleness.',
  ),
  HOLDFAST_AGGREGATION_WORKERS: plain(
    whole(1, 16).optional(),
    'Batches that one worker process aggregates at once; each needs a connection. Default: one for each processor that its container may use, four at most; one on the embedded database.',
  ),
  HOLDFAST_COMPRESSION_THRESHOLD_BYTES: plain(
    whole(0, 1024 * 1024).default(1024),
    'Shortest answer that is compressed, where the flag compression is on.',
  ),
} as const satisfies Section;
