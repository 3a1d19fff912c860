import { debuglog } from 'node:util';
import { StartError } from '../kernel/start-error';
import { exitCodes } from './exit-codes';

/** What machines get to know of a failure, under `error`. */
export interface FailureReport {
  readonly message: string;
  readonly exitCode: number;
  readonly remedy?: string;
  /** Of an answer of the service: its code, HTTP status, and the id under which its log tells more. */
  readonly code?: string;
  readonly status?: number;
  readonly correlationId?: string;
  /** One line for each thing that is wrong, where there are several. */
  readonly problems?: readonly string[];
}

/** A failure that the caller can act on: what, and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly report: FailureReport;

  constructor(message: string, report: Partial<Omit<FailureReport, 'message'>> = {}) {
    super(message);
    this.report = { exitCode: exitCodes.failure, ...report, message };
  }
}

export const usageError = (message: string, remedy?: string): CliError =>
  new CliError(message, { exitCode: exitCodes.usage, remedy });

const debug = debuglog('holdfast');

/** Whatever was thrown, as people may see it: never with a stack trace. */
export function reportOf(error: unknown): FailureReport {
  if (error instanceof CliError) return error.report;
  if (error instanceof StartError) {
    // Of settings there may be several problems, one a line.
    return { message: error.message, exitCode: error.exitCode };
  }
  debug('%o', error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    message: `Unexpected: ${message.split('\n')[0] || 'an error without a message'}`,
    exitCode: exitCodes.failure,
    remedy: 'This is a defect. NODE_DEBUG=holdfast prints where it happened: report that.',
  };
}

/** For people: the sentence, the list where there is one, and the remedy. */
export function renderFailure({
  message,
  problems = [],
  remedy,
  code,
  correlationId,
}: FailureReport): string {
  const about = [code, correlationId && `correlation id ${correlationId}`].filter(Boolean).join(', ');
  return [
    about ? `${message} (${about})` : message,
    ...problems.map((problem) => `  - ${problem}`),
    ...(remedy ? [`  → ${remedy}`] : []),
  ].join('\n');
}
