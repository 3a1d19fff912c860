import type { Kysely } from 'kysely';
import { type RestoreCheck, withoutTrace } from '../../kernel/restore-check';
import { aggregateOwn } from './aggregation-store';
import { storeBatch } from './ingestion-store';
import { findAggregates } from './queries-store';
import type { EventTables } from './tables';

const name = 'holdfast.restore-check';

/** An event goes the whole way: accepted, aggregated, found. */
export const eventRestoreCheck: RestoreCheck = {
  name: 'event round trip',
  run: ({ db }) =>
    withoutTrace(db, async (unknown) => {
      const trx = unknown as Kysely<EventTables>;
      const before = await findAggregates(trx, { name, limit: 1 });
      await storeBatch(
        trx,
        [{ name, timestamp: Date.now(), value: 42 }],
        { accepted: 1, rejected: [] },
        undefined,
      );
      const { events } = await aggregateOwn(trx);
      const [found] = await findAggregates(trx, { name, limit: 1 });
      if (events !== 1 || before.length > 0 || found?.count !== 1 || found.sum !== 42) {
        throw new Error(`an event was stored, and ${JSON.stringify(found ?? 'nothing')} was found`);
      }
      return 'an event was accepted, aggregated and found; all of it was taken back';
    }),
};
