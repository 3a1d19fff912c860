/**
 * cdktf records an unbounded stack trace for every token and shows them nowhere that we use. Without them the output
 * is byte-identical and synthesis takes two thirds of the time. Import this file before any construct.
 * Measured in docs/decisions/0003-no-token-stack-traces.md.
 */
import stackTrace = require('cdktf/lib/tokens/private/stack-trace');

stackTrace.captureStackTrace = () => [];
