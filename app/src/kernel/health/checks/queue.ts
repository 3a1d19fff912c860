import { healthThresholds, type Thresholds } from '../../../contract';
import { compare, type HealthCheck } from '../check';

/**
 * How long accepted work waits.
 *
 * @param lagSeconds the last measured lag; nothing while it could not be measured
 * @param thresholds asked each time; default: the contract's
 */
export function queueCheck(
  lagSeconds: () => number | undefined,
  thresholds: () => Thresholds = () => healthThresholds.queueLagSeconds,
): HealthCheck {
  return {
    name: 'queue',
    async check() {
      const lag = lagSeconds();
      if (lag === undefined) return { status: 'UNKNOWN', cause: 'the lag could not be measured' };
      const status = compare(lag, thresholds());
      const cause = status === 'HEALTHY' ? {} : { cause: `the oldest batch waits for ${Math.round(lag)} s` };
      return { status, ...cause, details: { lagSeconds: lag } };
    },
  };
}
