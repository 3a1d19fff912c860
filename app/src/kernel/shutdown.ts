import type { Logger } from './logging';

interface Step {
  readonly name: string;
  readonly close: () => void | Promise<void>;
}

/** What has to be closed, in the order in which it was opened. */
export class Closers {
  readonly #steps: Step[] = [];

  add(name: string, close: Step['close']): void {
    this.#steps.push({ name, close });
  }

  /**
   * Closes in reverse order. A step that fails is logged and the others still run.
   *
   * @returns the name of the step that was still busy after `deadlineSeconds`, or nothing when all are closed
   */
  async closeAll(deadlineSeconds: number, log: Logger): Promise<string | undefined> {
    let current: Step | undefined;
    const all = async () => {
      for (current = this.#steps.pop(); current; current = this.#steps.pop()) {
        try {
          await current.close();
        } catch (error) {
          log.error({ err: error, step: current.name }, 'a step of the shutdown failed');
        }
      }
    };
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineSeconds * 1000);
    });
    await Promise.race([all(), deadline]);
    clearTimeout(timer);
    return current?.name;
  }
}
