/** What a value is: a word that is searched as a whole, a text that is searched by its words, or neither of them. */
export type LogFieldKind = 'word' | 'text' | 'number' | 'boolean' | 'time';

/**
 * Members of the service's log lines that can be searched for; a point leads into an object. What a line holds besides
 * is kept, and read in the line. Lines are JSON objects, one each.
 */
export const logFields = {
  time: 'time',
  level: 'word',
  role: 'word',
  environment: 'word',
  version: 'word',
  msg: 'text',
  /** Given by the client or made for the request; the same in every role that works on what the client sent. */
  correlationId: 'word',
  /** Of all batches that were counted together. */
  correlationIds: 'word',
  traceId: 'word',
  method: 'word',
  /** The pattern, never the address. */
  route: 'word',
  /** Of HTTP as a number, of a component as a word: therefore a word. */
  status: 'word',
  /** How long it took. */
  seconds: 'number',
  /** Of the error: the contract's. */
  code: 'word',
  component: 'word',
  /** Whether somebody changed something through the admin API. */
  audit: 'boolean',
  /** Who that was. */
  who: 'word',
  'err.type': 'word',
  'err.message': 'text',
  'err.stack': 'text',
} as const satisfies Readonly<Record<string, LogFieldKind>>;

export type LogField = keyof typeof logFields;
