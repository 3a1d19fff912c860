/**
 * Those who want to hear of something, in the order in which they came. A listener that fails is reported and keeps
 * nobody else from hearing.
 */
export class Listeners<Event> {
  readonly #all = new Set<(event: Event) => void>();

  constructor(private readonly failed: (error: unknown) => void) {}

  /** @returns ends it */
  add(listener: (event: Event) => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  tell(event: Event): void {
    for (const listener of this.#all) {
      try {
        listener(event);
      } catch (error) {
        this.failed(error);
      }
    }
  }
}
