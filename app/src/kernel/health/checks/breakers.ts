import type { Guard } from '../../resilience';
import { type CheckResult, type HealthCheck, worse } from '../check';

/**
 * The check of a component, with what its circuit breakers say: while one refuses calls the component is DEGRADED at
 * least. And the other way round: once the component is found back after a failure, its breakers close at once,
 * instead of refusing calls to a server that is known to be there.
 */
export function withBreakers(check: HealthCheck, guards: readonly Guard[]): HealthCheck {
  let down = false;
  return {
    ...check,
    async check(signal) {
      let found: CheckResult;
      try {
        found = await check.check(signal);
      } catch (error) {
        down = true;
        throw error;
      }
      if (down) for (const guard of guards) guard.reset();
      // Too late is as bad as wrong, although this look does not count any more.
      down = signal.aborted;
      return guards.map(resultOf).reduce(worse, found);
    },
  };
}

function resultOf(guard: Guard): CheckResult {
  const { dependency, state, cause } = guard.report();
  const details = { [`breaker_${dependency}`]: state };
  if (state === 'closed') return { status: 'HEALTHY', details };
  const why = cause === undefined ? '' : `: ${cause}`;
  return { status: 'DEGRADED', cause: `the circuit breaker "${dependency}" is ${state}${why}`, details };
}
