import type { Tier } from '../../../gates';

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON, changed where the case knows what it changes.
export type Json = any;

/**
 * What is changed, by type of resource: values are merged into those that are there, `null` takes the resource away, a
 * function makes a new value of the old one. A function of the whole stack changes anything else.
 */
export type Patch = Readonly<Record<string, Json>> | ((stack: Json) => void);

export interface Case {
  /** The smallest set of resources for which the evaluator passes. */
  readonly good: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** What of the stack is not a resource: providers, backend. */
  readonly around?: Json;
  /** Makes the good set fail, and, in one place, a golden file. */
  readonly patch: Patch;
  /** For the golden file, where that has to be changed in another way. */
  readonly goldenPatch?: Patch;
  /** `prod/data`: a golden file; `delegated/…`, `everything/…` and `watched/bootstrap` are synthesised with more options. */
  readonly golden: string;
  /** A part of the name of the resource that is changed in the golden file. Default: the first of its type. */
  readonly where?: string;
  /** The golden file fails, for a reason that gates/waivers.ts gives, and the patch mends it. */
  readonly mends?: boolean;
  /** Of the good set. Default: production. */
  readonly tier?: Tier;
  /** Other evaluators that watch the same property, and fire too. */
  readonly also?: readonly string[];
}
export type Cases = Readonly<Record<string, Case>>;

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function merged(old: Json, patch: Json): Json {
  if (typeof patch === 'function') return patch(old);
  if (!isPlain(patch) || !isPlain(old)) return patch;
  const result: Record<string, unknown> = { ...old };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) delete result[key];
    else result[key] = merged(old[key], value);
  }
  return result;
}

/** A copy of a stack with a patch on every resource of a type, or on the first whose name has `where` in it. */
export function patched(stack: Json, patch: Patch, onlyFirst: boolean, where = ''): Json {
  const copy = structuredClone(stack);
  if (typeof patch === 'function') {
    patch(copy);
    return copy;
  }
  for (const [type, change] of Object.entries(patch)) {
    const byName = copy.resource?.[type] ?? {};
    const names = Object.keys(byName).filter((name) => name.includes(where));
    if (names.length === 0) throw new Error(`the stack has no ${type} named like "${where}"`);
    for (const name of onlyFirst ? names.slice(0, 1) : names) {
      if (change === null) delete byName[name];
      else byName[name] = merged(byName[name], change);
    }
  }
  return copy;
}

/** A change of every container of a pod template. */
export const containers = (change: Json) => ({
  spec: { template: { spec: { container: (list: Json[]) => list.map((one) => merged(one, change)) } } },
});
export const podSpec = (change: Json) => ({ spec: { template: { spec: change } } });

/** Text in the values of a release, replaced. */
export const inValues = (from: string | RegExp, to: string) => ({
  values: ([first, ...rest]: string[]) => [(first ?? '').replace(from, to), ...rest],
});

export const policyOf = (...statements: readonly Json[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
/** One more statement in a policy. */
export const withStatement = (statement: Json) => (text: string) =>
  text.replace('"Statement":[', `"Statement":[${JSON.stringify(statement)},`);
