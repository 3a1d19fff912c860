import type { StoredEvent } from './schema';

/** Events of one name in one minute. */
export interface Aggregate {
  /** ISO time of the minute's beginning, UTC. */
  readonly minute: string;
  readonly name: string;
  count: number;
  sum: number;
  min: number;
  max: number;
}

const minuteMs = 60_000;

/**
 * Adds a batch to what is there. Checks it as if it came from a stranger: a poison batch must be told apart.
 */
export function addToAggregates(aggregates: Map<string, Aggregate>, events: unknown): number {
  if (!Array.isArray(events)) throw new TypeError('a batch must be a list of events');
  for (const event of events as StoredEvent[]) {
    const { name, timestamp, value } = event ?? {};
    if (typeof name !== 'string' || !Number.isFinite(timestamp) || !Number.isFinite(value)) {
      throw new TypeError('an event of a batch lacks name, timestamp or value');
    }
    const minute = new Date(Math.floor(timestamp / minuteMs) * minuteMs).toISOString();
    const key = `${minute} ${name}`;
    const known = aggregates.get(key);
    if (known === undefined) {
      aggregates.set(key, { minute, name, count: 1, sum: value, min: value, max: value });
      continue;
    }
    known.count += 1;
    known.sum += value;
    known.min = Math.min(known.min, value);
    known.max = Math.max(known.max, value);
  }
  return events.length;
}
