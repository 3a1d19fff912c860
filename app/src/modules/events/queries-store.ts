import { type Kysely, sql } from 'kysely';
import type { Aggregate } from './aggregate';
import type { Position } from './cursor';
import type { EventTables } from './tables';

export interface AggregateQuery {
  readonly name?: string;
  /** First minute, inclusive. */
  readonly from?: Date;
  /** End, exclusive. */
  readonly to?: Date;
  readonly limit: number;
  /** Rows after this one, in the order newest first. */
  readonly after?: Position;
}

/** The newest aggregates first, one more than `limit` when there are more. */
export async function findAggregates(db: Kysely<EventTables>, query: AggregateQuery): Promise<Aggregate[]> {
  let select = db
    .selectFrom('event_aggregates')
    // A double holds every count below 2^53 exactly, and both drivers read it as a number.
    .select([
      'minute',
      'name',
      sql<number>`cast(count as double precision)`.as('count'),
      'sum',
      'min',
      'max',
    ]);
  if (query.name !== undefined) select = select.where('name', '=', query.name);
  if (query.from) select = select.where('minute', '>=', query.from);
  if (query.to) select = select.where('minute', '<', query.to);
  if (query.after) {
    const { minute, name } = query.after;
    select = select.where(sql<boolean>`(minute, name) < (${minute}::timestamptz, ${name})`);
  }
  const rows = await select
    .orderBy('minute', 'desc')
    .orderBy('name', 'desc')
    .limit(query.limit + 1)
    .execute();
  return rows.map((row) => ({ ...row, minute: row.minute.toISOString() }));
}
