import { randomUUID } from 'node:crypto';
import { type ErrorCode, errorAlerts, errors, type Severity } from '../../contract';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import type { Problem } from '../problems';
import { currentWork } from '../telemetry/context';
import { redact, scrub } from '../telemetry/redact';
import { Rates } from './rates';

/** One error as it is kept for people: without secrets, and bounded. */
export interface ErrorReport {
  readonly id: string;
  /** ISO time. */
  readonly at: string;
  readonly code: ErrorCode;
  readonly severity: Severity;
  readonly status: number;
  /** What the client was told beside the title. */
  readonly detail?: string;
  readonly correlationId?: string;
  readonly traceId?: string;
  readonly route?: string;
  /** What happened underneath; absent where the caller is at fault. */
  readonly cause?: { readonly name: string; readonly message: string; readonly stack?: string };
}

export interface ErrorAlert {
  readonly at: string;
  readonly code: ErrorCode;
  readonly severity: Severity;
  /** Errors of the code within the window. */
  readonly count: number;
  readonly windowSeconds: number;
}

export interface ErrorStats {
  /** Errors since the process started, by code. */
  readonly totals: Partial<Record<ErrorCode, number>>;
  /** Errors of the last one and five minutes, by code. */
  readonly lastMinute: Partial<Record<ErrorCode, number>>;
  readonly lastFiveMinutes: Partial<Record<ErrorCode, number>>;
  /** The newest first. */
  readonly alerts: readonly ErrorAlert[];
}

/** Told of every error, beside the log and the metrics. Must not throw and is never waited for. */
export interface ErrorSink {
  send(problem: Problem, report: ErrorReport): void;
}

const keptReports = 200;
const keptAlerts = 50;
const keptText = 2000;

/** What went wrong lately in this process: counts, the last errors, and alerts when one comes too often. */
export class ErrorReports {
  readonly #recent: ErrorReport[] = [];
  readonly #alerts: ErrorAlert[] = [];
  readonly #rates: Rates;
  readonly #silentUntil = new Map<ErrorCode, number>();
  readonly #listeners = new Set<(alert: ErrorAlert) => void>();
  readonly #sinks: ErrorSink[] = [];

  constructor(
    private readonly log: Logger,
    private readonly metrics: Metrics,
    private readonly now: () => number = Date.now,
  ) {
    this.#rates = new Rates(now);
  }

  /** Counts and keeps the error. Logging it is the caller's, who knows how loud. */
  record(problem: Problem, where: { readonly route?: string; readonly correlationId?: string } = {}): void {
    const { code } = problem;
    this.metrics.holdfast_errors_total.inc({ code });
    this.#rates.count(code);
    const report = this.#describe(problem, where);
    this.#recent.push(report);
    if (this.#recent.length > keptReports) this.#recent.shift();
    this.#alertIfTooMany(code);
    for (const sink of this.#sinks) sink.send(problem, report);
  }

  /** The newest first. */
  recent(): ErrorReport[] {
    return this.#recent.toReversed();
  }

  /** Those with the id, or of the work with that correlation id; the newest first. */
  find(id: string): ErrorReport[] {
    return this.recent().filter((report) => report.id === id || report.correlationId === id);
  }

  stats(): ErrorStats {
    return {
      totals: this.#rates.totals(),
      lastMinute: this.#rates.within(60),
      lastFiveMinutes: this.#rates.within(300),
      alerts: this.#alerts.toReversed(),
    };
  }

  /** Calls `listener` with each alert, until the returned function is called. */
  onAlert(listener: (alert: ErrorAlert) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  addSink(sink: ErrorSink): void {
    this.#sinks.push(sink);
  }

  #describe(problem: Problem, where: { route?: string; correlationId?: string }): ErrorReport {
    const { status, severity } = errors[problem.code];
    const work = currentWork();
    return redact({
      id: randomUUID(),
      at: new Date(this.now()).toISOString(),
      code: problem.code,
      severity,
      status,
      detail: problem.options.detail && scrub(problem.options.detail.slice(0, keptText)),
      correlationId: where.correlationId ?? work?.correlationId,
      traceId: work?.trace?.traceId,
      route: where.route,
      cause: status >= 500 ? causeOf(problem.options.cause) : undefined,
    });
  }

  #alertIfTooMany(code: ErrorCode): void {
    const { severity } = errors[code] as { severity: Severity };
    if (severity === 'low') return;
    const now = this.now();
    const count = this.#rates.within(errorAlerts.windowSeconds)[code] ?? 0;
    if (count < errorAlerts.threshold[severity] || now < (this.#silentUntil.get(code) ?? 0)) return;
    this.#silentUntil.set(code, now + errorAlerts.silenceSeconds * 1000);
    const { windowSeconds } = errorAlerts;
    const alert: ErrorAlert = { at: new Date(now).toISOString(), code, severity, count, windowSeconds };
    this.#alerts.push(alert);
    if (this.#alerts.length > keptAlerts) this.#alerts.shift();
    this.metrics.holdfast_error_alerts_total.inc({ code });
    this.log.error({ alert }, 'errors of one code come too often');
    for (const listener of this.#listeners) {
      try {
        listener(alert);
      } catch (error) {
        this.log.error({ err: error }, 'somebody who was told of an alert failed');
      }
    }
  }
}

function causeOf(cause: unknown): ErrorReport['cause'] {
  if (cause === undefined) return undefined;
  const text = (value: unknown) => scrub(value).slice(0, keptText);
  if (!(cause instanceof Error)) return { name: typeof cause, message: text(cause) };
  const { name, message, stack } = cause;
  return { name: text(name), message: text(message), stack: stack === undefined ? undefined : text(stack) };
}
