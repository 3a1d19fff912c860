export { healthAdminRoutes } from './admin-routes';
export type { CheckResult, HealthCheck } from './check';
export { httpCheck, queueCheck, standardChecks, writtenDirectories } from './checks';
export { Health } from './health';
export type { ComponentReport } from './report';
export { healthRoutes } from './routes';
export { thresholdsOf, timingsOf } from './settings';
export type { HealthTimings } from './watched';
