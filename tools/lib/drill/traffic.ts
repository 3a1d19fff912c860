import { setTimeout as sleep } from 'node:timers/promises';
import { routes } from '../../../app/src/contract';
import type { Pods } from './pods';

/** Milliseconds between two events. */
const pace = 50;
/** Milliseconds after which a request counts as failed, and is made again. */
const patience = 2_000;

/** What became of the numbered events. */
export interface Traffic {
  /** Numbers that the collector acknowledged. */
  readonly acknowledged: readonly number[];
  /** Longest time without an acknowledgement, in seconds. */
  readonly interruption: number;
}

/**
 * Sends numbered events throughout a drill, one after another, each again until it is acknowledged: as a client that behaves. Event
 * 17 has the name drill-17, so that the database itself can say which came back.
 */
export class Writer {
  private readonly acknowledged: { readonly number: number; readonly at: number }[] = [];
  private stopped = false;
  private readonly run: Promise<void>;

  constructor(private readonly pods: Pods) {
    this.run = this.write();
  }

  /** Of the newest event that was acknowledged; 0 before the first. */
  get last(): number {
    return this.acknowledged.at(-1)?.number ?? 0;
  }

  async stop(): Promise<Traffic> {
    this.stopped = true;
    await this.run;
    const gaps = this.acknowledged.slice(1).map(({ at }, index) => at - (this.acknowledged[index]?.at ?? at));
    return {
      acknowledged: this.acknowledged.map(({ number }) => number),
      interruption: Math.max(0, ...gaps) / 1000,
    };
  }

  /** Numbers that were acknowledged before a moment of performance.now(). */
  acknowledgedBefore(moment: number): number[] {
    return this.acknowledged.filter(({ at }) => at < moment).map(({ number }) => number);
  }

  private async write(): Promise<void> {
    for (let number = 1; !this.stopped; number += 1) {
      while (!this.stopped && !(await this.send(number))) await sleep(pace);
      await sleep(pace);
    }
  }

  private async send(number: number): Promise<boolean> {
    const url = this.pods.of('collector')?.process.publicUrl;
    if (!url) return false;
    try {
      const response = await fetch(url + routes.ingestEvents.path, {
        method: routes.ingestEvents.method,
        headers: { 'content-type': 'application/json', 'idempotency-key': `drill-${number}` },
        body: JSON.stringify({ events: [{ name: `drill-${number}`, value: 1 }] }),
        signal: AbortSignal.timeout(patience),
      });
      await response.arrayBuffer();
      if (response.ok) this.acknowledged.push({ number, at: performance.now() });
      return response.ok;
    } catch {
      return false;
    }
  }
}
