/** Errors of sockets and of the driver that mean: nobody answered. */
const socketErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const driverMessages = [
  'Connection terminated',
  'Client has encountered a connection error',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Cannot use a pool after calling end',
  'driver has already been destroyed',
  'Client was closed',
  'PGlite is closed',
];

/**
 * SQLSTATEs, or their first letters, of a server that can't serve now: connection lost (08), login refused
 * (28), no such database (3D), too few resources (53), cancelled by a timeout (57014), shutting down or
 * starting (57P), only a replica after a failover (25006), schema not migrated yet (42P01).
 */
const unavailableStates = ['08', '28', '3D', '53', '57014', '57P', '25006', '42P01'];

interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  /** Of an AggregateError: a host name with several addresses fails once for each. */
  readonly errors?: readonly unknown[];
}
const read = (error: unknown): Failure => (typeof error === 'object' && error !== null ? error : {});
const codeOf = (error: unknown): string => String(read(error).code ?? '');

/** Whether the request failed because the database is out of reach, so that trying again later may help. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  const { message, errors } = read(error);
  return (
    socketErrors.has(code) ||
    (code.length === 5 && unavailableStates.some((state) => code.startsWith(state))) ||
    driverMessages.some((known) => String(message).includes(known)) ||
    (Array.isArray(errors) && errors.some(isDatabaseUnavailable))
  );
}

/**
 * Whether the very same transaction may succeed when it is run again: deadlock, serialisation, lock timeout.
 */
export const isTransient = (error: unknown): boolean =>
  isDatabaseUnavailable(error) || /^(40...|55P03)$/.test(codeOf(error));
