import type { Grants } from '../../kernel/database';

export { aggregation } from './aggregation';
export { ingestion } from './ingestion';
export { migrations } from './migrations';
export { queries } from './queries';
export { eventRestoreCheck } from './restore-check';

/** What each role does with the tables of this module, and nothing else. */
export const grants: Grants = {
  collector: {
    event_batches: ['insert'],
    event_idempotency_keys: ['select', 'insert'],
  },
  worker: {
    // `update` for FOR UPDATE and for counting attempts.
    event_batches: ['select', 'update', 'delete'],
    event_batches_dead: ['insert'],
    event_aggregates: ['select', 'insert', 'update'],
    event_idempotency_keys: ['select', 'delete'],
  },
  gateway: { event_aggregates: ['select'] },
};
