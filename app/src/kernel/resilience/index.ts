import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import { ResourceProblem } from '../problems';
import { httpPolicy, type PolicyDefinition, policyDefinitions } from './definitions';
import { type BreakerReport, Guard } from './guard';

export { httpPolicy, type PolicyDefinition, policyDefinitions } from './definitions';
export type { BreakerReport } from './guard';
export { Guard } from './guard';

export interface ResilienceOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Asked for each call: the flag circuit_breaker. */
  readonly enabled: () => boolean;
}

/** The guards of all dependencies. */
export class Resilience {
  readonly #guards = new Map<string, Guard>();
  readonly #listeners = new Set<(report: BreakerReport) => void>();
  /** For reads only; see policyDefinitions. */
  readonly database: Guard;
  readonly cache: Guard;
  readonly rateLimits: Guard;

  constructor(private readonly options: ResilienceOptions) {
    this.database = this.guard('database', policyDefinitions.database);
    this.cache = this.guard('cache', policyDefinitions.cache);
    this.rateLimits = this.guard('rate_limits', policyDefinitions.rate_limits);
  }

  /** The guard of that name; made at the first call. Default: the policy for HTTP. */
  guard(dependency: string, definition: PolicyDefinition = httpPolicy): Guard {
    const known = this.#guards.get(dependency);
    if (known) return known;
    const changed = (report: BreakerReport) => {
      for (const listener of this.#listeners) listener(report);
    };
    const made = new Guard(dependency, definition, { ...this.options, changed });
    this.#guards.set(dependency, made);
    return made;
  }

  report(): BreakerReport[] {
    return [...this.#guards.values()].map((guard) => guard.report());
  }

  /**
   * Closes the breaker by hand and tells its state.
   *
   * @throws Problem RES_NOT_FOUND when there is none of that name
   */
  reset(dependency: string): BreakerReport {
    const guard = this.#guards.get(dependency);
    if (!guard) {
      const known = [...this.#guards.keys()].join(', ');
      throw new ResourceProblem('RES_NOT_FOUND', { detail: `the breakers are ${known}` });
    }
    guard.reset();
    return guard.report();
  }

  /** Calls `listener` whenever a breaker changes its state, until the returned function is called. */
  onChange(listener: (report: BreakerReport) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
