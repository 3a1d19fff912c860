import { type ErrorCode, errors } from '../contract';

export interface ProblemOptions {
  /** What was wrong with this very request; shown to the client. */
  readonly detail?: string;
  /** Further members of the answer, such as `rejected`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Seconds after which trying again makes sense; sent as Retry-After. */
  readonly retryAfterSeconds?: number;
  /** What happened underneath; logged, never shown. */
  readonly cause?: unknown;
}

/** An error with a code of the contract. Whatever else is thrown becomes SYS_INTERNAL. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: ErrorCode,
    readonly options: ProblemOptions = {},
  ) {
    super(options.detail ?? errors[code].title, { cause: options.cause });
  }
}

export const problemMediaType = 'application/problem+json';

/** The RFC 9457 answer. */
export function renderProblem(problem: Problem, correlationId: string): string {
  const definition = errors[problem.code];
  return JSON.stringify({
    type: `urn:holdfast:error:${problem.code}`,
    title: definition.title,
    status: definition.status,
    code: problem.code,
    detail: problem.options.detail,
    correlationId,
    ...problem.options.members,
  });
}
