import { type HealthThresholds, healthThresholds, type Settings } from '../../contract';
import type { HealthTimings } from './watched';

/** What the settings say about health, as they are now. */
export const timingsOf = (settings: Settings): Partial<HealthTimings> => ({
  intervalMs: settings.HOLDFAST_HEALTH_INTERVAL_SECONDS * 1000,
  timeoutMs: settings.HOLDFAST_HEALTH_TIMEOUT_MS,
  failuresBeforeRecovery: settings.HOLDFAST_HEALTH_FAILURES_BEFORE_RECOVERY,
});

export const thresholdsOf = (settings: Settings): HealthThresholds => ({
  ...healthThresholds,
  cpu: {
    degraded: settings.HOLDFAST_HEALTH_CPU_WARN_RATIO,
    unhealthy: settings.HOLDFAST_HEALTH_CPU_CRITICAL_RATIO,
  },
  memory: {
    degraded: settings.HOLDFAST_HEALTH_MEMORY_WARN_RATIO,
    unhealthy: settings.HOLDFAST_HEALTH_MEMORY_CRITICAL_RATIO,
  },
  disk: {
    degraded: settings.HOLDFAST_HEALTH_DISK_WARN_RATIO,
    unhealthy: settings.HOLDFAST_HEALTH_DISK_CRITICAL_RATIO,
  },
  eventLoopMs: {
    degraded: settings.HOLDFAST_HEALTH_EVENT_LOOP_WARN_MS,
    unhealthy: settings.HOLDFAST_HEALTH_EVENT_LOOP_CRITICAL_MS,
  },
  queueLagSeconds: {
    degraded: settings.HOLDFAST_HEALTH_QUEUE_LAG_WARN_SECONDS,
    unhealthy: settings.HOLDFAST_HEALTH_QUEUE_LAG_CRITICAL_SECONDS,
  },
});
