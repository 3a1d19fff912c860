import { randomBytes, randomUUID } from 'node:crypto';
import type { Span } from '@opentelemetry/api';

/** The place of some work in a distributed trace, as https://www.w3.org/TR/trace-context/ passes it on. */
export interface Trace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: what the next service takes for its parent. */
  readonly spanId: string;
  readonly sampled: boolean;
  /** Being recorded here; only where it is sampled and traces are exported. */
  readonly span?: Span;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The caller's place in its trace; nothing when the header is missing or invalid. */
export function parseTraceparent(header: unknown): Trace | undefined {
  const match = typeof header === 'string' ? pattern.exec(header) : null;
  if (!match) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', rest] = match;
  // Version 00 has exactly four fields; later versions may have more; ff and zeros are forbidden.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const formatTraceparent = ({ traceId, spanId, sampled }: Trace): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** A trace that begins here and is not recorded; its id still joins the logs of all services. */
export const newTrace = (): Trace => ({
  traceId: randomUUID().replaceAll('-', ''),
  spanId: randomBytes(8).toString('hex'),
  sampled: false,
});
