/**
 * An error whose message is written for the person who edits the configuration. `main.ts` prints the messages alone,
 * without a stack trace.
 */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigurationError';
  }
}
