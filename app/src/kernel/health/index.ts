export { healthAdminRoutes } from './admin-routes';
export type { CheckResult, HealthCheck, RecoveryStep } from './check';
export { httpCheck, queueCheck, standardChecks, writtenDirectories } from './checks';
export { Health, type HealthOptions } from './health';
export type { ComponentReport, HealthReport, HistoryEntry } from './report';
export { healthRoutes } from './routes';
export type { HealthTimings } from './watched';
