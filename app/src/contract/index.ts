/**
 * What the service and the infrastructure must agree on, written once: plain typed data, zod schemas and pure
 * functions. Imports nothing but zod.
 */
export * from './connections';
export * from './edge';
export * from './errors';
export * from './exporter-metrics';
export * from './flag-file';
export * from './flag-rules';
export * from './flags';
export * from './health';
export * from './lifecycle';
export * from './limits';
export * from './log-fields';
export * from './metrics';
export * from './ports';
export * from './probes';
export * from './roles';
export * from './routes';
export * from './settings';
export * from './settings-check';
export * from './settings-schema';
export * from './slos';
