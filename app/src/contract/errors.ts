export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

export interface ErrorDefinition {
  /** HTTP status of the answer; of the item, where one item of a batch is refused. */
  readonly status: number;
  readonly title: string;
  readonly severity: Severity;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
}

/**
 * Code taxonomy: VAL_ the caller's input, RES_ what is not there, EXT_ a dependency, SYS_ ourselves.
 * The code is stable and part of the API; the title may be reworded.
 */
export const errors = {
  VAL_BODY: {
    status: 400,
    title: 'The request body is not what this route takes',
    severity: 'low',
    retryable: false,
  },
  VAL_BODY_TOO_LARGE: {
    status: 413,
    title: 'The request body is too large',
    severity: 'low',
    retryable: false,
  },
  VAL_MEDIA_TYPE: {
    status: 415,
    title: 'The request body must be application/json',
    severity: 'low',
    retryable: false,
  },
  VAL_HEADER: { status: 400, title: 'A request header is not valid', severity: 'low', retryable: false },
  VAL_QUERY: { status: 400, title: 'A query parameter is not valid', severity: 'low', retryable: false },
  VAL_CURSOR: {
    status: 400,
    title: 'The cursor was not issued by this service',
    severity: 'low',
    retryable: false,
  },
  VAL_EVENT: { status: 422, title: 'An event of the batch is not valid', severity: 'low', retryable: false },
  VAL_IDEMPOTENCY_KEY: {
    status: 409,
    title: 'The idempotency key was used for another batch',
    severity: 'low',
    retryable: false,
  },
  RES_COMPONENT_NOT_FOUND: {
    status: 404,
    title: 'There is no such component',
    severity: 'low',
    retryable: false,
  },
  RES_ROUTE_NOT_FOUND: { status: 404, title: 'There is no such route', severity: 'low', retryable: false },
  EXT_DATABASE_UNAVAILABLE: {
    status: 503,
    title: 'The database does not answer',
    severity: 'critical',
    retryable: true,
  },
  SYS_INGESTION_PAUSED: {
    status: 503,
    title: 'Ingestion is switched off',
    severity: 'high',
    retryable: true,
  },
  SYS_INTERNAL: {
    status: 500,
    title: 'Something went wrong on our side',
    severity: 'critical',
    retryable: false,
  },
} as const satisfies Record<`${'VAL' | 'RES' | 'EXT' | 'SYS'}_${string}`, ErrorDefinition>;

export type ErrorCode = keyof typeof errors;
