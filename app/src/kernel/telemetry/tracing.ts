import type { Attributes, Span } from '@opentelemetry/api';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import { currentWork } from './context';
import type * as Otlp from './otlp';
import { formatTraceparent, parseTraceparent, type Trace } from './trace';

export interface TracingOptions {
  /** Base address of an OTLP/HTTP collector, such as http://collector:4318. Without one nothing is recorded. */
  readonly endpoint?: string;
  /** Share of the requests that are traced, 0 to 1, where the caller doesn't say. Default 0.01: tracing is dear. */
  readonly sampling?: () => number;
  /** What the spans say of this process. */
  readonly role: string;
  readonly environment: string;
  readonly version: string;
}

/** A second, at most so many traces are recorded because a caller asks for it: anybody can send the header. */
const requestedPerSecond = 20;

/**
 * Distributed traces: takes part in those of callers, begins some by chance, and passes them on. OpenTelemetry is
 * loaded only where traces are exported, and asked only for those that are: the others cost a look at a header.
 */
export class Tracing {
  readonly #sampling: () => number;
  readonly #recorder: Recorder | undefined;
  #requested = { second: 0, count: 0 };

  constructor(options: TracingOptions, log: Logger, metrics: Metrics) {
    this.#sampling = options.sampling ?? (() => 0.01);
    if (options.endpoint === undefined) return;
    // Loaded here because OpenTelemetry takes 40 ms and 10 MB that nobody else needs.
    const otlp = require('./otlp') as typeof Otlp;
    this.#recorder = otlp.startRecorder(options, options.endpoint, log, metrics);
  }

  /**
   * Joins the caller's trace, or begins one.
   *
   * @returns the trace with the span to end, the caller's own where it isn't recorded, or nothing
   */
  begin(name: string, parent: Trace | undefined, attributes: Attributes = {}): Trace | undefined {
    const wanted = parent ? parent.sampled && (this.#byChance() || this.#mayRecord()) : this.#byChance();
    if (!this.#recorder || !wanted) return parent;
    const span = this.#recorder.begin(name, parent, attributes);
    const { traceId, spanId } = span.spanContext();
    return { traceId, spanId, sampled: true, span };
  }

  /** Records something that has ended already, as a part of the current work; does nothing where that isn't traced. */
  record(name: string, milliseconds: number, attributes: Attributes = {}, failed = false): void {
    const trace = currentWork()?.trace;
    if (trace?.span) this.#recorder?.record(name, trace, milliseconds, attributes, failed);
  }

  /**
   * Records something that has ended already as a part of the trace that asked for it, in another process and perhaps
   * long ago.
   *
   * @param traceparent the place in that trace, as `passOn` gave it
   */
  recordFor(
    traceparent: string,
    name: string,
    milliseconds: number,
    attributes: Attributes = {},
    failed = false,
  ): void {
    const trace = parseTraceparent(traceparent);
    if (trace?.sampled) this.#recorder?.record(name, trace, milliseconds, attributes, failed, 'queue');
  }

  /** Sends what is recorded and ends; done within three seconds. */
  async stop(): Promise<void> {
    await this.#recorder?.stop();
  }

  #byChance(): boolean {
    return Math.random() < this.#sampling();
  }

  #mayRecord(): boolean {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#requested.second) this.#requested = { second, count: 0 };
    this.#requested.count += 1;
    return this.#requested.count <= requestedPerSecond;
  }
}

/** The part that needs OpenTelemetry. */
export interface Recorder {
  begin(name: string, parent: Trace | undefined, attributes: Attributes): Span;
  /** `by`: a call of the same process, or a queue that brought the work from another. Default: a call. */
  record(
    name: string,
    parent: Trace,
    milliseconds: number,
    attributes: Attributes,
    failed: boolean,
    by?: 'call' | 'queue',
  ): void;
  stop(): Promise<void>;
}

/** Where the current work stands in its trace, for whoever goes on with it later; nothing where nobody records it. */
export function passOn(): string | undefined {
  const trace = currentWork()?.trace;
  return trace?.span && formatTraceparent(trace);
}
