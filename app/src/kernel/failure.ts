import type { Lifecycle } from './lifecycle';
import type { Logger } from './logging';

/** What cannot be recovered from: the process serves no more, and is to be stopped. */
export class Failure {
  reported: string | undefined;
  #happen: (reason: string) => void = () => {};
  readonly happened = new Promise<string>((resolve) => {
    this.#happen = resolve;
  });

  constructor(
    private readonly log: Logger,
    private readonly lifecycle: Lifecycle,
  ) {}

  report(component: string, error: unknown): void {
    this.log.fatal({ err: error, component }, 'a component cannot go on');
    if (this.reported !== undefined || this.lifecycle.stopping) return;
    this.reported = `${component}: ${(error as Error).message}`;
    this.lifecycle.markFailed(this.reported);
    this.#happen(this.reported);
  }
}
