import { AsyncLocalStorage } from 'node:async_hooks';
import type { Trace } from './trace';

/** What a piece of work belongs to: a request, or a batch that a request left behind. */
export interface WorkContext {
  /** Given by the client or made for it; the same in every role that works on what the client sent. */
  readonly correlationId: string;
  readonly trace?: Trace;
}

const storage = new AsyncLocalStorage<WorkContext>();

/** The work that the caller is part of, if any. */
export const currentWork = (): WorkContext | undefined => storage.getStore();

/** Runs `work`, and everything that it starts, as part of `context`. */
export function runAs<T>(context: WorkContext, work: () => T): T {
  return storage.run(context, work);
}

/** Ids are short and harmless, because they end in log lines, headers and rows. */
export const isCorrelationId = (given: unknown): given is string =>
  typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given);
