import type { RateLimit, RateLimitRule } from '../../contract';
import type { Cache } from '../cache';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import { RateProblem } from '../problems';
import type { Guard } from '../resilience';
import { type Bucket, describe, type Taken, take } from './bucket';
import { takeScript } from './script';

export interface RateLimitOptions {
  readonly environment: string;
  /** Asked for each request, so that it can be reloaded. */
  readonly limit: () => RateLimit;
  /** Asked for each request: the flag rate_limiting. */
  readonly enabled: () => boolean;
  readonly cache: Cache;
  /** Of the cache: once it is open, nobody waits for Valkey. */
  readonly guard: Guard;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now?: () => number;
}

/** A decision, and the headers that tell the client of it. */
export interface Decision {
  readonly headers: Readonly<Record<string, string>>;
  /** Why the request is refused. */
  readonly problem?: RateProblem;
}

/** Clients that a process remembers; beyond, those that it has not seen for longest start with a full bucket. */
const maximumClients = 20_000;
/** Milliseconds that a request waits for Valkey at most. */
const storeTimeoutMs = 100;

/** Limits how often one client may ask: by buckets in Valkey that all processes share, or by buckets of its own. */
export class RateLimits {
  readonly #own = new Map<string, Bucket>();
  #shared = true;

  constructor(private readonly options: RateLimitOptions) {}

  /**
   * Takes the request's tokens. Never rejects.
   *
   * @param route for the metrics
   * @param client see `clientOf`
   */
  async decide(route: string, rule: RateLimitRule, client: string): Promise<Decision | undefined> {
    const { options } = this;
    if (!options.enabled()) return undefined;
    const limit = options.limit();
    const count = (outcome: string, store: string) =>
      options.metrics.holdfast_rate_limit_decisions_total.inc({ route, outcome, store });

    let taken = await this.#takeShared(client, limit, rule.cost);
    const store = taken ? 'valkey' : 'process';
    if (!taken && options.cache.script && rule.whenUnavailable === 'closed') {
      count('refused', store);
      return { headers: {}, problem: new RateProblem('RATE_LIMITER_UNAVAILABLE', { retryAfterSeconds: 5 }) };
    }
    taken ??= this.#takeOwn(client, limit, rule.cost);
    count(taken.allowed ? 'allowed' : 'limited', store);
    return decisionOf(limit, taken);
  }

  async #takeShared(client: string, limit: RateLimit, cost: number): Promise<Taken | undefined> {
    const { cache, guard, environment } = this.options;
    if (!cache.script) return undefined;
    const script = cache.script.bind(cache);
    // The braces make the client the hash tag: a cluster keeps each bucket whole on one server.
    const key = `holdfast:${environment}:limit:1:{${client}}`;
    const args = [String(limit.perMinute), String(limit.burst), String(cost)];
    const answer = await guard.callOr(undefined, () => inTime(script('take', takeScript, [key], args)));
    this.#announce(answer !== undefined);
    if (!Array.isArray(answer)) return undefined;
    return describe(answer[0] === 1, Number(answer[1]), limit, cost);
  }

  #takeOwn(client: string, limit: RateLimit, cost: number): Taken {
    const { bucket, taken } = take(this.#own.get(client), limit, cost, (this.options.now ?? Date.now)());
    // Re-inserted, so that the first of the map is the one not seen for longest.
    this.#own.delete(client);
    this.#own.set(client, bucket);
    if (this.#own.size > maximumClients) this.#own.delete(this.#own.keys().next().value as string);
    return taken;
  }

  #announce(shared: boolean): void {
    if (shared === this.#shared) return;
    this.#shared = shared;
    if (shared) this.options.log.info('rate limits are shared through the cache again');
    else this.options.log.warn('the cache does not answer; each process limits its clients by itself');
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${storeTimeoutMs} ms`)), storeTimeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Headers as draft-ietf-httpapi-ratelimit-headers says (11, May 2026), and Retry-After for who is refused. */
function decisionOf(limit: RateLimit, taken: Taken): Decision {
  const headers = {
    'ratelimit-policy': `"client";q=${limit.perMinute};w=60`,
    ratelimit: `"client";r=${taken.remaining};t=${taken.fullAfterSeconds}`,
  };
  if (taken.allowed) return { headers };
  const { retryAfterSeconds } = taken;
  const detail = `at most ${limit.perMinute} requests a minute, ${limit.burst} at once`;
  return { headers, problem: new RateProblem('RATE_LIMITED', { detail, retryAfterSeconds }) };
}
