/** Exit codes of the process, after sysexits.h where it has one. */
export const exitCodes = { ok: 0, failure: 1, usage: 64, configuration: 78 } as const;

/**
 * A reason not to start (or not to finish a command) that an operator can act on. The command line prints the
 * message without a stack trace and exits with `exitCode` (default 1).
 */
export class StartError extends Error {
  override readonly name = 'StartError';
  constructor(
    message: string,
    readonly exitCode: number = exitCodes.failure,
  ) {
    super(message);
  }
}
