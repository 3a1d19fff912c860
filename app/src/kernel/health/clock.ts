/** Time and chance, so that tests decide about both. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some moment; never goes back. */
  elapsed(): number;
  /**
   * Calls `then` once, after the milliseconds. Doesn't keep the process alive.
   *
   * @returns calls it off
   */
  after(milliseconds: number, then: () => void): () => void;
  /** At least 0, less than 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(milliseconds, then) {
    const timer = setTimeout(then, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** What the work came to, or that it wasn't done in time. The work itself goes on. */
export async function within<T>(
  work: Promise<T>,
  milliseconds: number,
  clock: Clock,
): Promise<{ readonly done: true; readonly value: T } | { readonly done: false }> {
  let callOff = () => {};
  const late = new Promise<{ done: false }>((resolve) => {
    callOff = clock.after(milliseconds, () => resolve({ done: false }));
  });
  return Promise.race([work.then((value) => ({ done: true as const, value })), late]).finally(() =>
    callOff(),
  );
}

/** One line that says why. A refused connection to `localhost` is an AggregateError without a message. */
export function causeOf(error: unknown): string {
  const { message, errors } = (error ?? {}) as { message?: string; errors?: { message?: string }[] };
  return message || errors?.[0]?.message || String(error);
}
