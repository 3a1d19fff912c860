import { exitCodes } from '../exit-codes';
import { CliError } from '../failure';

/** RFC 9457, with the service's own members. */
interface ProblemDetails {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly correlationId?: string;
}

/** What helps against it, by the code that the service gave. */
const remedies: Readonly<Record<string, string>> = {
  AUTH_REQUIRED: 'Give the management token by --token-file or HOLDFAST_MANAGEMENT_TOKEN_FILE.',
  AUTH_INVALID: "The token is another service's, or was rotated twice since: read it anew.",
  RES_VERSION_CONFLICT: 'Somebody was faster. Look at it again, and repeat the command if it is still right.',
  RES_FLAG_READ_ONLY: 'Ask a gateway (or the role all): only its database login may change flags.',
  EXT_DATABASE_UNAVAILABLE: 'See "holdfast health check": the service has lost its database.',
  SYS_NOT_STARTED: 'Try again in a moment: the service is still starting.',
  RATE_LIMITED: 'Wait a moment, and try again.',
};

function exitCodeOf(status: number, code = ''): number {
  if (status === 401 || status === 403) return exitCodes.notPermitted;
  if (code === 'SYS_NOT_STARTED') return exitCodes.unavailable;
  return code.startsWith('VAL_') ? exitCodes.usage : exitCodes.failure;
}

/** The answer of a service that doesn't do what it was asked for. */
export function refusal(url: string, { status }: { readonly status: number }, text: string): CliError {
  const problem = parse(text);
  if (problem?.code === undefined && problem?.title === undefined) return badAnswer(url, status);
  const { code, title, detail, correlationId } = problem;
  const message = [title, detail]
    .filter(Boolean)
    .map((part) => String(part).replace(/\.$/, ''))
    .join(': ');
  const unknown =
    status >= 500 && correlationId ? `"holdfast errors show ${correlationId}" may tell more.` : undefined;
  const remedy = remedies[code ?? ''] ?? unknown;
  return new CliError(`${message}.`, {
    exitCode: exitCodeOf(status, code),
    code,
    status,
    correlationId,
    remedy,
  });
}

/** Somebody else answers there, or another version. */
export const badAnswer = (url: string, status?: number): CliError =>
  new CliError(
    `${url} does not answer like the management port of Holdfast${status ? ` (status ${status})` : ''}.`,
    {
      exitCode: exitCodes.unavailable,
      remedy: 'Check address and port: the management port (8081) is not the public one (8080).',
      ...(status === undefined ? {} : { status }),
    },
  );

export function unreachable(url: string, error: unknown, timeoutSeconds?: number): CliError {
  const { name, message, cause } = error as Error;
  const late = name === 'TimeoutError';
  const reason = late ? `no answer within ${timeoutSeconds} s` : describe(cause) || message;
  return new CliError(`The service at ${url} cannot be reached: ${reason}.`, {
    exitCode: exitCodes.unavailable,
    remedy: late
      ? 'Give it more time by --timeout, or see whether the process is stalled.'
      : 'See whether it runs, and whether a port-forward to its management port is open.',
  });
}

/** `AggregateError`s, of a name with several addresses, have a code and no message. */
const describe = (cause: unknown): string => {
  const { message, code } = (cause ?? {}) as NodeJS.ErrnoException;
  return message || code || '';
};

function parse(text: string): ProblemDetails | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
