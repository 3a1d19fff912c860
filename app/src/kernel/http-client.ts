import type { Metrics } from './metrics';
import { type Guard, httpPolicy, type PolicyDefinition, type Resilience } from './resilience';
import { currentWork } from './telemetry/context';
import { correlationHeader, traceHeader } from './telemetry/headers';
import { formatTraceparent, newTrace } from './telemetry/trace';
import type { Tracing } from './telemetry/tracing';

export interface HttpClientOptions {
  /** Name of the service that is called, in metrics, breakers and errors. */
  readonly dependency: string;
  readonly resilience: Resilience;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
  /** Default: httpPolicy. */
  readonly policy?: PolicyDefinition;
}

export interface OutgoingRequest extends RequestInit {
  /** Whether it may be sent again after a failure; default: the methods that HTTP calls idempotent. */
  readonly repeatable?: boolean;
}

/** Answers that say: not now. */
const unavailable = new Set([502, 503, 504]);
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** An answer that counts as a failure of the service that gave it. */
class UnavailableAnswer extends Error {}

/** Calls one service over HTTP, under its policy, and tells it of the work that the call is part of. */
export class HttpClient {
  readonly #guard: Guard;

  constructor(private readonly options: HttpClientOptions) {
    const { resilience, dependency, policy = httpPolicy } = options;
    this.#guard = resilience.guard(dependency, policy);
  }

  /**
   * As the global fetch. Answers other than 502, 503 and 504 are given back as they are.
   *
   * @throws Problem EXT_HTTP_UNAVAILABLE, EXT_HTTP_TIMEOUT, EXT_CIRCUIT_OPEN or SYS_OVERLOADED
   */
  async fetch(url: string | URL, { repeatable, ...init }: OutgoingRequest = {}): Promise<Response> {
    // A wrong address is the caller's mistake, not the service's failure.
    const address = new URL(url);
    const headers = propagate(new Headers(init.headers));
    const method = (init.method ?? 'GET').toUpperCase();
    const send = (signal: AbortSignal) => {
      const signals = init.signal ? AbortSignal.any([init.signal, signal]) : signal;
      return this.#send(address, { ...init, method, headers, signal: signals });
    };
    const again = (repeatable ?? idempotent.has(method)) && !(init.body instanceof ReadableStream);
    return this.#guard.call(send, { repeatable: again });
  }

  async #send(url: URL, init: RequestInit): Promise<Response> {
    const { dependency, metrics, tracing } = this.options;
    const started = performance.now();
    let outcome = 'error';
    try {
      const response = await fetch(url, init);
      outcome = `${Math.floor(response.status / 100)}xx`;
      if (unavailable.has(response.status)) {
        await response.body?.cancel();
        throw new UnavailableAnswer(`${dependency} answered ${response.status}`);
      }
      return response;
    } finally {
      const milliseconds = performance.now() - started;
      metrics.holdfast_http_client_requests_total.inc({ dependency, outcome });
      metrics.holdfast_http_client_request_duration_seconds.observe({ dependency }, milliseconds / 1000);
      tracing?.record(
        `HTTP ${init.method}`,
        milliseconds,
        { 'peer.service': dependency },
        outcome === 'error',
      );
    }
  }
}

/** Adds who the caller is working for; what the caller gave itself stays. */
function propagate(headers: Headers): Headers {
  const work = currentWork();
  if (work && !headers.has(correlationHeader)) headers.set(correlationHeader, work.correlationId);
  if (!headers.has(traceHeader)) headers.set(traceHeader, formatTraceparent(work?.trace ?? newTrace()));
  return headers;
}
