import type { Settings } from '../contract';
import { exporter } from '../contract';
import { withTimeout } from '../kernel/cache';
import type { Logger } from '../kernel/logging';
import { askPostgres } from './postgres';
import { Samples } from './samples';
import { ValkeyExporter } from './valkey';

/** Passwords where logins have some; asked for each connection. */
export interface Passwords {
  readonly database: () => string | undefined;
  readonly cache: () => string | undefined;
}

/** Asks both servers, at once and independently: one that is gone takes nothing of the other's answer away. */
export class Exporter {
  readonly #servers: readonly (readonly [name: string, ask: () => Promise<Samples>])[];
  readonly #failing = new Map<string, string>();
  #running: Promise<string> | undefined;

  constructor(
    settings: Settings,
    passwords: Passwords,
    private readonly log: Logger,
  ) {
    const valkey = new ValkeyExporter(settings, passwords.cache);
    this.#servers = [
      ['postgres', () => askPostgres(settings, passwords.database)],
      ['valkey', () => valkey.ask()],
    ];
  }

  /** Everything, in Prometheus' text format. Whoever asks meanwhile gets the same answer. Never rejects. */
  scrape(): Promise<string> {
    this.#running ??= this.#scrape().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #scrape(): Promise<string> {
    const samples = new Samples();
    await Promise.all(this.#servers.map(([server, ask]) => this.#ask(server, ask, samples)));
    return samples.render();
  }

  async #ask(server: string, ask: () => Promise<Samples>, into: Samples): Promise<void> {
    const started = performance.now();
    try {
      into.addAll(await withTimeout(ask(), exporter.serverSeconds * 1000, 'no answer'));
      into.add('holdfast_exporter_up', { server }, 1);
      if (this.#failing.delete(server)) this.log.info({ server }, 'the server answers again');
    } catch (error) {
      into.add('holdfast_exporter_up', { server }, 0);
      this.#complain(server, error as NodeJS.ErrnoException);
    }
    into.add('holdfast_exporter_duration_seconds', { server }, (performance.now() - started) / 1000);
  }

  /**
   * Once for each reason: it is asked again every few seconds. The reason alone: errors of ioredis carry the command that
   * failed, with the password in it.
   */
  #complain(server: string, { message, code = 'no reason' }: NodeJS.ErrnoException): void {
    const cause = message || code;
    if (this.#failing.get(server) === cause) return;
    this.#failing.set(server, cause);
    this.log.warn({ server, cause }, 'the server did not answer the exporter');
  }
}
