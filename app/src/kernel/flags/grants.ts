import type { Grants } from '../database';

/** Every role reads the overrides; the gateway alone changes them, and nobody changes what was written about it. */
export const grants: Grants = {
  collector: { flag_overrides: ['select'], flag_changes: ['select'] },
  worker: { flag_overrides: ['select'], flag_changes: ['select'] },
  gateway: {
    flag_overrides: ['select', 'insert', 'update', 'delete'],
    flag_changes: ['select', 'insert'],
  },
};
