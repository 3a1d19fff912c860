export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/**
 * What is done about an error where it happens:
 * - RETRY: the same call again, with growing pauses; by the caller, or inside by the dependency's policy.
 * - FALLBACK: go on with something poorer, such as no cache.
 * - CIRCUIT_BREAK: stop asking the dependency for a while, and answer at once.
 * - IGNORE: answer and forget; it is the caller's to correct.
 * - ALERT: tell people; nothing that the process does would help.
 */
export const errorStrategies = ['RETRY', 'FALLBACK', 'CIRCUIT_BREAK', 'IGNORE', 'ALERT'] as const;
export type ErrorStrategy = (typeof errorStrategies)[number];

/** What a code is about, by its prefix. */
export const errorFamilies = {
  AUTH: 'who the caller is, and what the caller may do',
  VAL: 'the caller’s input',
  RES: 'what is not there',
  SYS: 'ourselves',
  EXT: 'a dependency',
  RATE: 'how much the caller asks for',
  BIZ: 'a rule of the business that the request would break',
} as const;
export type ErrorFamily = keyof typeof errorFamilies;

export interface ErrorDefinition {
  /** HTTP status of the answer; of the item, where one item of a batch is refused. */
  readonly status: number;
  readonly title: string;
  readonly severity: Severity;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
  readonly strategy: ErrorStrategy;
  /** The capability for which the code is kept, while nothing raises it yet. */
  readonly reservedFor?: string;
}

/** Short for the many codes that tell a caller what to correct. */
const refusal = (status: number, title: string) =>
  ({ status, title, severity: 'low', retryable: false, strategy: 'IGNORE' }) as const;

/**
 * Every error that Holdfast names, by its code. The code is stable and part of the API; the title may be reworded.
 * docs/errors.md is this table.
 */
export const errors = {
  AUTH_REQUIRED: refusal(401, 'The request does not say who sends it'),
  AUTH_INVALID: refusal(401, 'The credentials are not valid'),
  AUTH_FORBIDDEN: { ...refusal(403, 'The caller may not do this'), reservedFor: 'access control' },

  VAL_BODY: refusal(400, 'The request body is not what this route takes'),
  VAL_BODY_TOO_LARGE: refusal(413, 'The request body is too large'),
  VAL_MEDIA_TYPE: refusal(415, 'The request body must be application/json'),
  VAL_HEADER: refusal(400, 'A request header is not valid'),
  VAL_QUERY: refusal(400, 'A query parameter is not valid'),
  VAL_CURSOR: refusal(400, 'The cursor was not issued by this service'),
  VAL_EVENT: refusal(422, 'An event of the batch is not valid'),
  VAL_IDEMPOTENCY_KEY: refusal(409, 'The idempotency key was used for another batch'),

  RES_ROUTE_NOT_FOUND: refusal(404, 'There is no such route'),
  RES_NOT_FOUND: refusal(404, 'What the request names is not there'),
  RES_COMPONENT_NOT_FOUND: refusal(404, 'There is no such component'),
  RES_FLAG_NOT_FOUND: refusal(404, 'There is no such flag'),
  RES_FLAG_READ_ONLY: refusal(403, 'This role reads flags and does not change them; ask the gateway'),
  RES_VERSION_CONFLICT: refusal(409, 'Somebody else changed it meanwhile'),

  EXT_DATABASE_UNAVAILABLE: {
    status: 503,
    title: 'The database does not answer',
    severity: 'critical',
    retryable: true,
    strategy: 'CIRCUIT_BREAK',
  },
  EXT_CACHE_UNAVAILABLE: {
    status: 503,
    title: 'The cache does not answer',
    severity: 'medium',
    retryable: true,
    strategy: 'FALLBACK',
  },
  EXT_HTTP_UNAVAILABLE: {
    status: 502,
    title: 'A service that this request needs does not answer',
    severity: 'high',
    retryable: true,
    strategy: 'RETRY',
  },
  EXT_HTTP_TIMEOUT: {
    status: 504,
    title: 'A service that this request needs did not answer in time',
    severity: 'high',
    retryable: true,
    strategy: 'RETRY',
  },
  EXT_CIRCUIT_OPEN: {
    status: 503,
    title: 'A service that this request needs failed too often and is left alone for a while',
    severity: 'high',
    retryable: true,
    strategy: 'CIRCUIT_BREAK',
  },
  EXT_EXPORT_FAILED: {
    status: 502,
    title: 'Traces or errors could not be exported',
    severity: 'low',
    retryable: true,
    strategy: 'FALLBACK',
  },

  SYS_INGESTION_PAUSED: {
    status: 503,
    title: 'Ingestion is switched off',
    severity: 'high',
    retryable: true,
    strategy: 'RETRY',
  },
  SYS_OVERLOADED: {
    status: 503,
    title: 'Too many requests are in work at once',
    severity: 'high',
    retryable: true,
    strategy: 'RETRY',
  },
  SYS_BATCH_DEAD: {
    status: 500,
    title: 'An accepted batch failed too often and was put aside',
    severity: 'high',
    retryable: false,
    strategy: 'ALERT',
  },
  SYS_NOT_STARTED: {
    status: 503,
    title: 'The role is still starting',
    severity: 'low',
    retryable: true,
    strategy: 'RETRY',
  },
  SYS_INTERNAL: {
    status: 500,
    title: 'Something went wrong on our side',
    severity: 'critical',
    retryable: false,
    strategy: 'ALERT',
  },

  RATE_LIMITED: {
    status: 429,
    title: 'The client sends more requests than it may',
    severity: 'low',
    retryable: true,
    strategy: 'RETRY',
  },
  RATE_LIMITER_UNAVAILABLE: {
    status: 503,
    title: 'Nobody can say how much the client has sent, and this route does not go on without knowing',
    severity: 'high',
    retryable: true,
    strategy: 'FALLBACK',
  },

  BIZ_COMPLIANCE_BLOCKED: {
    ...refusal(422, 'A compliance gate does not let the request through'),
    severity: 'medium',
    reservedFor: 'compliance gates',
  },
  BIZ_APPROVAL_REQUIRED: {
    ...refusal(403, 'The change has to be approved first'),
    reservedFor: 'approvals',
  },
} as const satisfies Record<`${ErrorFamily}_${string}`, ErrorDefinition>;

export type ErrorCode = keyof typeof errors;
/** The codes of one family. */
export type ErrorCodeOf<F extends ErrorFamily> = Extract<ErrorCode, `${F}_${string}`>;

/**
 * When errors of one code become an alert: so many within the window. One alert per code, then silence. (Alerts
 * across processes are the monitoring's; this one also reaches those who have none.)
 */
export const errorAlerts = {
  windowSeconds: 60,
  silenceSeconds: 300,
  /** Errors within the window, by severity. What is low never alerts. */
  threshold: { critical: 1, high: 10, medium: 100 },
} as const;
