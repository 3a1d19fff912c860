import { constants } from 'node:os';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * The first process of a container (PID 1) is one that the kernel sends no signal to that it doesn't listen for: a command
 * that would end at once elsewhere, such as a migration that waits for its database, goes on until SIGKILL. Here it ends as
 * elsewhere, with 128 and the signal's number, unless somebody listens who knows better (serve).
 *
 * Its other duty, to reap orphans, has no occasion: the image holds no program that leaves any behind, and what the
 * service starts itself it waits for. Where that changes, an init has to come first (`init: true` in Compose).
 */
export function obeySignals(pid = process.pid): void {
  if (pid !== 1) return;
  for (const signal of signals) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
    });
  }
}
