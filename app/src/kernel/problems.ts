import { type ErrorCode, type ErrorCodeOf, type ErrorFamily, errors } from '../contract';

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

/**
 * An error with a code of the contract, and the root of one class per family of codes. Whatever else is thrown becomes
 * SYS_INTERNAL.
 */
export class Problem extends Error {
  override readonly name: string = 'Problem';
  constructor(
    readonly code: ErrorCode,
    readonly options: ProblemOptions = {},
  ) {
    super(options.detail ?? errors[code].title, { cause: options.cause });
  }
}

/** The class of one family: takes its codes only. */
const familyClass = <F extends ErrorFamily>(name: string) =>
  class extends Problem {
    override readonly name = name;
    constructor(code: ErrorCodeOf<F>, options?: ProblemOptions) {
      super(code, options);
    }
  };

/** Who the caller is, and what the caller may do. */
export class AuthProblem extends familyClass<'AUTH'>('AuthProblem') {}
/** The caller's input. */
export class ValidationProblem extends familyClass<'VAL'>('ValidationProblem') {}
/** What is not there. */
export class ResourceProblem extends familyClass<'RES'>('ResourceProblem') {}
/** Ourselves. */
export class SystemProblem extends familyClass<'SYS'>('SystemProblem') {}
/** A dependency. */
export class ExternalProblem extends familyClass<'EXT'>('ExternalProblem') {}
/** How much the caller asks for. */
export class RateProblem extends familyClass<'RATE'>('RateProblem') {}
/** A rule of the business. */
export class BusinessProblem extends familyClass<'BIZ'>('BusinessProblem') {}

const classes = {
  AUTH: AuthProblem,
  VAL: ValidationProblem,
  RES: ResourceProblem,
  SYS: SystemProblem,
  EXT: ExternalProblem,
  RATE: RateProblem,
  BIZ: BusinessProblem,
} satisfies Record<ErrorFamily, unknown>;

/** The problem of a code that is known at run time only, in the class of its family. */
export function problemOf(code: ErrorCode, options?: ProblemOptions): Problem {
  const family = code.slice(0, code.indexOf('_')) as ErrorFamily;
  return new (classes[family] as new (code: ErrorCode, options?: ProblemOptions) => Problem)(code, options);
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
