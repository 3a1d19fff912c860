import { dependencyRunbook, type Thresholds } from '../../../contract';
import { compare, type HealthCheck } from '../check';

export interface HttpDependency {
  /** Lower-case letters, digits and underscores; the component's name. */
  readonly name: string;
  /** What is asked with GET; any answer below 500 means that somebody is there. */
  readonly url: string;
  /** What is lost without it. */
  readonly capability: string;
  /** Default: the general one for foreign services. */
  readonly runbook?: string;
  /** Default false: the service is of use without it. */
  readonly essential?: boolean;
  /** Milliseconds; default: slow from 1000 on. */
  readonly thresholds?: Thresholds;
  readonly fetch?: typeof fetch;
}

const slow: Thresholds = { degraded: 1000, unhealthy: Number.POSITIVE_INFINITY };

/** Another service that is reached by HTTP. */
export function httpCheck(dependency: HttpDependency): HealthCheck {
  const { name, url, capability, runbook = dependencyRunbook, essential = false } = dependency;
  const ask = dependency.fetch ?? fetch;
  return {
    name,
    impact: { capability, runbook, essential },
    async check(signal) {
      const started = performance.now();
      const response = await ask(url, { signal, redirect: 'manual' }).catch((error: Error) => {
        // fetch says "fetch failed" and keeps the reason.
        throw error.cause ?? error;
      });
      await response.body?.cancel();
      if (response.status >= 500) return { status: 'UNHEALTHY', cause: `answers ${response.status}` };
      const latencyMs = Math.round(performance.now() - started);
      const status = compare(latencyMs, dependency.thresholds ?? slow);
      return status === 'HEALTHY' ? { status } : { status, cause: `answers after ${latencyMs} ms` };
    },
  };
}
