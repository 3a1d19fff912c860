export { diagnosticsRoutes } from './admin-routes';
export { renderReport, renderReportJson } from './render';
export { diagnosticsExitCode, runDiagnostics } from './run';
export type { DiagnosticsContext, DiagnosticsReport } from './types';
