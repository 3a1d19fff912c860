export { flagRoutes } from './admin-routes';
export { Flags } from './flags';
export { grants as flagGrants } from './grants';
export { migrations as flagMigrations } from './migrations';
export { remoteFlags } from './ofrep-routes';
export { FlagsProvider } from './provider';
export { flagRestoreCheck } from './restore-check';
