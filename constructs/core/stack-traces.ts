/**
 * cdktf records an unbounded stack trace for every token and shows them nowhere that we use. Without them the output
 * is byte-identical, synthesis takes two thirds of the time and the tests half. Import this file before any construct.
 * Measured in docs/decisions/0003-no-token-stack-traces.md.
 */
import * as stackTrace from 'cdktf/lib/tokens/private/stack-trace';

(stackTrace as { captureStackTrace: () => string[] }).captureStackTrace = () => [];
