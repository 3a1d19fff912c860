import type { AwsEnvironment } from './schema';

export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * A rule over more than one property of an environment on AWS. It runs where the schema found nothing wrong with what
 * it reads, so that one mistyped property doesn't hide the other problems.
 */
export interface Rule {
  /** Dotted paths of the properties that `check` looks at. */
  readonly reads: readonly string[];
  check(environment: AwsEnvironment): Problem[];
}

const at = (path: string, message: string): Problem => ({
  path: path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  message,
});
/** One problem, or none. `path` is dotted; a number in it is the place in a list. */
export const when = (violated: boolean, path: string, message: string): Problem[] =>
  violated ? [at(path, message)] : [];
