import type { Group } from '../command';

/** The groups of commands; a capability that wants one adds a file beside this one, and a line here. */
export const groups: readonly Group[] = [
  {
    name: 'health',
    summary: 'How the service and what it stands on are',
    load: async () => (await import('./health.js')).commands,
  },
  {
    name: 'flags',
    summary: 'Feature flags: what is in force, why, and changing it',
    load: async () => (await import('./flags.js')).commands,
  },
  {
    name: 'system',
    summary: 'The process: state, diagnostics, reload, drain, version',
    load: async () => (await import('./system.js')).commands,
  },
  {
    name: 'metrics',
    summary: 'What the service counts and measures',
    load: async () => (await import('./metrics.js')).commands,
  },
  {
    name: 'errors',
    summary: 'What went wrong lately, and the circuit breakers',
    load: async () => (await import('./errors.js')).commands,
  },
  {
    name: 'config',
    summary: 'Settings: values and where they come from, checks before a change',
    load: async () => (await import('./config.js')).commands,
  },
  {
    name: 'backup',
    summary: 'Backups of database and cache: take, check, restore, prune',
    load: async () => (await import('./backup.js')).commands,
  },
];
