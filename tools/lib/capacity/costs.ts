/**
 * What a request and an event cost, measured on two shared cores with Node 20.20.2 in November 2026, in prototypes of
 * the whole path at 100,000 events a second. Processor time carries over to other machines roughly; rates do not.
 */

/** Microseconds of one processor. */
export const processorMicros = {
  /** A request with logging, metrics, sampled traces, validation and a flag: 43 bare of the database. */
  request: 43,
  /** An event in the gateway's or collector's part of the path, in requests of 100 events. */
  collector: 2.5,
  /** Reading, checking and handing over to PostgreSQL. */
  worker: 3.5,
  /** PostgreSQL's own share, written by COPY or unnest in batches. */
  database: 3.5,
  /** The stream's, with one entry a request. */
  stream: 0.2,
  /** Of PostgreSQL for a request that asks it for an aggregate: its latency (docs/measurements.md), which is more than its processor time. */
  query: 865,
} as const;

/** Processors are planned to be this busy at the given load: room for a lost zone, a rollout and a peak. */
export const planned = 0.5;
/** Bytes that the stream keeps beside each event: identifiers, lengths, radix tree. */
export const streamOverheadBytes = 40;
/** Share of a cache node's memory that holds keys: `cache.reservedMemoryPercent` takes a quarter. */
export const cacheUsable = 0.75;
/** MiB that a pod of the service needs under load, from 113–130 MB measured (docs/measurements.md), with room. */
export const podMiB = 384;
/** Milliseconds that a request holds a connection: 0.9 for an aggregate query on PostgreSQL, in two statements. */
export const connectionMillis = 2;
