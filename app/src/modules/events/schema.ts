import { z } from 'zod';

/** Events of one request. */
export const maximumEvents = 1000;
/** Days that a timestamp may lie back. */
export const maximumAgeDays = 30;
/** Days that it may lie ahead: clocks of clients are wrong. */
export const maximumLeadDays = 1;
/** So far below the greatest double that no sum of events overflows, and so none can block the queue. */
const greatestValue = 1e200;

export const eventName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[a-zA-Z0-9_.:-]+$/)
  .meta({ description: '1 to 100 characters out of a-z A-Z 0-9 _ . : -' });

/**
 * One event as a client sends it. The descriptions complete the sentence "<field> must be …" for the client.
 */
export const eventSchema = z.strictObject({
  name: eventName,
  timestamp: z.iso
    .datetime({ offset: true })
    .meta({ description: 'an RFC 3339 time with its offset, such as 2026-01-31T12:00:00Z' })
    .optional(),
  value: z
    .number()
    .min(-greatestValue)
    .max(greatestValue)
    .meta({ description: 'a number between -1e200 and 1e200' })
    .optional(),
  properties: z.record(z.string(), z.unknown()).meta({ description: 'an object' }).optional(),
});

export const bodySchema = z.strictObject({ events: z.array(z.unknown()).min(1).max(maximumEvents) });

/** One event as it is stored: everything optional filled in. */
export interface StoredEvent {
  readonly name: string;
  /** Milliseconds since 1970 UTC. */
  readonly timestamp: number;
  readonly value: number;
  readonly properties?: unknown;
}
