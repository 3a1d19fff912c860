import { components, type HealthState, healthDefaults, healthStates, type Impact } from '../../contract';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import type { CheckResult, HealthCheck } from './check';
import { type Clock, causeOf, within } from './clock';
import { type Attempt, Ladder } from './recovery';
import { type ComponentReport, consequences, type HistoryEntry, type RecoveryOutcome } from './report';

/** Milliseconds. */
export interface HealthTimings {
  /** Between two looks at a component that answers, where neither its check nor the contract says otherwise. */
  readonly intervalMs: number;
  /** After which an unanswered look counts as failed. */
  readonly timeoutMs: number;
  /** Longest pause between two looks while it is UNHEALTHY; they start at 500 and double. */
  readonly maximumBackOffMs: number;
  /** Failures in a row (no time, a number) after which recovery begins. */
  readonly failuresBeforeRecovery: number;
}

export interface WatchContext {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly timings: () => HealthTimings;
  /** Told of each change of status. */
  readonly changed: (report: ComponentReport) => void;
  /** Told of each attempt to bring the component back. */
  readonly attempted: (component: string, entry: HistoryEntry) => void;
}

const firstBackOffMs = 500;
/** Milliseconds until a component that was UNKNOWN is looked at again. */
const unknownPauseMs = 10_000;
/** A look that is this many timeouts old is given up, and the next one begins beside it. */
const abandonedAfterTimeouts = 10;

/** One component: looks at it again and again, remembers what it saw, and climbs its ladder. */
export class Watched {
  readonly impact: Impact;
  readonly #ownIntervalMs: number;
  readonly #ladder: Ladder;
  readonly #history: HistoryEntry[] = [];
  #report: ComponentReport;
  #failures = 0;
  #backOffMs = firstBackOffMs;
  #callOff = () => {};
  #look: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly check: HealthCheck,
    private readonly context: WatchContext,
  ) {
    const { clock } = context;
    const known: (Impact & { intervalSeconds?: number }) | undefined = Object.hasOwn(components, check.name)
      ? components[check.name as keyof typeof components]
      : undefined;
    const impact = check.impact ?? known;
    if (!impact) throw new Error(`The health check "${check.name}" must say what is lost with it (impact).`);
    this.impact = impact;
    this.#ladder = new Ladder(check.recovery ?? []);
    this.#ownIntervalMs = check.intervalMs ?? (known?.intervalSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    const since = new Date(clock.now()).toISOString();
    this.#report = { name: check.name, status: 'UNKNOWN', since, cause: 'not asked yet' };
  }

  get #timeoutMs(): number {
    return this.check.timeoutMs ?? this.context.timings().timeoutMs;
  }
  get #intervalMs(): number {
    return Math.min(this.#ownIntervalMs, this.context.timings().intervalMs);
  }
  get name(): string {
    return this.check.name;
  }
  report(): ComponentReport {
    return this.#report;
  }
  /** Oldest first. */
  history(): readonly HistoryEntry[] {
    return [...this.#history];
  }

  stop(): void {
    this.#stopped = true;
    this.#callOff();
  }

  /** Looks now, or waits for the look that is under way. Done within the timeouts of a look and a recovery. */
  look(): Promise<void> {
    this.#callOff();
    this.#look ??= this.#lookAndRecover().finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  async #lookAndRecover(): Promise<void> {
    let look = await this.#once();
    if (this.#failures >= this.context.timings().failuresBeforeRecovery && !this.#stopped) {
      const attempt = this.#ladder.take(this.context.clock.elapsed());
      if (attempt) look = await this.#recover(attempt);
    }
    // A look that is merely late must end before the next one begins, or they would pile up.
    const longest = this.#timeoutMs * abandonedAfterTimeouts;
    void within(look.ended, longest, this.context.clock).then(() => this.#schedule());
  }

  /** One look; done within its timeout. `ended` says when the check itself was done. */
  async #once(): Promise<{ readonly ended: Promise<unknown> }> {
    const { clock } = this.context;
    const started = clock.elapsed();
    const abort = new AbortController();
    const ended = settle(() => this.check.check(abort.signal));
    const answer = await within(ended, this.#timeoutMs, clock);
    if (!answer.done) abort.abort();
    const late: CheckResult = { status: 'UNHEALTHY', cause: `no answer within ${this.#timeoutMs} ms` };
    if (!this.#stopped) this.#record(answer.done ? answer.value : late, clock.elapsed() - started);
    return { ended };
  }

  /** One attempt, and the look that tells whether it helped. */
  async #recover({ step, number }: Attempt): Promise<{ readonly ended: Promise<unknown> }> {
    const { clock } = this.context;
    const abort = new AbortController();
    const done = settle(async () => {
      await step.run(abort.signal);
      return { status: 'HEALTHY' };
    });
    const ran = await within(done, this.#timeoutMs, clock);
    if (!ran.done) abort.abort();
    const look = await this.#once();
    if (this.#stopped) return look;
    const outcome: RecoveryOutcome = this.#report.status === 'UNHEALTHY' ? 'failed' : 'recovered';
    const cause = ran.done ? ran.value.cause : `the step was not done within ${this.#timeoutMs} ms`;
    this.#noteAttempt(step.name, number, outcome, outcome === 'failed' ? cause : undefined);
    return look;
  }

  #schedule(): void {
    if (this.#stopped || this.#look) return;
    this.#callOff();
    this.#callOff = this.context.clock.after(this.#pauseMs(), () => void this.look());
  }

  #pauseMs(): number {
    if (this.#report.status === 'UNHEALTHY') {
      const pause = Math.min(this.#backOffMs, this.context.timings().maximumBackOffMs);
      this.#backOffMs = Math.min(this.#backOffMs * 2, this.context.timings().maximumBackOffMs);
      return pause;
    }
    this.#backOffMs = firstBackOffMs;
    const interval =
      this.#report.status === 'UNKNOWN' ? Math.min(unknownPauseMs, this.#intervalMs) : this.#intervalMs;
    return interval * (1 + healthDefaults.jitter * (2 * this.context.clock.random() - 1));
  }

  #record(result: CheckResult, tookMs: number): void {
    const { metrics, clock, log, changed } = this.context;
    const { name, status: before } = this.#report;
    const { status, cause, details } = result;
    const at = new Date(clock.now()).toISOString();
    const durationMs = Math.round(tookMs * 10) / 10;
    const first = this.#report.checkedAt === undefined;
    this.#report = {
      name,
      status,
      since: status === before ? this.#report.since : at,
      checkedAt: at,
      ...(status === 'UNHEALTHY' ? {} : { latencyMs: durationMs }),
      ...(cause === undefined ? {} : { cause }),
      ...consequences(status, this.impact),
      ...(details === undefined ? {} : { details }),
    };
    this.#remember({ at, kind: 'check', status, durationMs, ...(cause === undefined ? {} : { cause }) });
    this.#failures = status === 'UNHEALTHY' ? this.#failures + 1 : 0;
    if (this.#failures === 0) this.#ladder.reset();
    publishCheck(metrics, name, status, tookMs / 1000);
    if (status === before && !first) return;
    const entry = { component: name, status, cause, ...consequences(status, this.impact) };
    if (status === 'DEGRADED' || status === 'UNHEALTHY') log.warn(entry, 'component is in trouble');
    else log.info(entry, 'component is well');
    changed(this.#report);
  }

  #noteAttempt(step: string, attempt: number, outcome: RecoveryOutcome, cause: string | undefined): void {
    const { log, metrics, clock, attempted } = this.context;
    const at = new Date(clock.now()).toISOString();
    const entry: HistoryEntry = { at, kind: 'recovery', step, attempt, outcome, ...(cause ? { cause } : {}) };
    this.#remember(entry);
    metrics.holdfast_recovery_attempts_total.inc({ component: this.name, step, outcome });
    log.warn({ component: this.name, step, attempt, outcome, cause }, 'recovery was tried');
    if (outcome === 'failed' && this.#ladder.exhausted) {
      const { runbook } = this.#report;
      log.error({ component: this.name, runbook }, 'recovery has tried everything; follow the runbook');
    }
    attempted(this.name, entry);
  }

  #remember(entry: HistoryEntry): void {
    this.#history.push(entry);
    if (this.#history.length > healthDefaults.historyLength) this.#history.shift();
  }
}

/** What the check says; throwing, at once or later, means UNHEALTHY. Never rejects. */
async function settle(check: () => Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await check();
  } catch (error) {
    return { status: 'UNHEALTHY', cause: causeOf(error) };
  }
}

function publishCheck(metrics: Metrics, component: string, status: HealthState, seconds: number): void {
  metrics.holdfast_health_check_duration_seconds.observe({ component }, seconds);
  const up = status === 'HEALTHY' || status === 'DEGRADED' ? 1 : 0;
  metrics.holdfast_component_up.set({ component }, up);
  for (const state of healthStates) {
    metrics.holdfast_component_status.set({ component, status: state }, state === status ? 1 : 0);
  }
}
