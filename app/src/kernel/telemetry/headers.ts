/** Carries the correlation id, from the client to every service and back. */
export const correlationHeader = 'x-correlation-id';
/** Carries the place in a trace, as W3C says. */
export const traceHeader = 'traceparent';
