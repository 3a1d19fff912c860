import { ConfigurationError } from '../../../constructs/core/errors';

interface Named {
  readonly name: string;
  readonly environment: string;
}

/**
 * The stacks that are meant: an environment's name means all of its stacks, `bootstrap` those of every account. Throws
 * all that is unknown, with what may have been meant.
 */
export function selectStacks<S extends Named>(stacks: readonly S[], asked: readonly string[]): S[] {
  const environments = [...new Set(stacks.map(({ environment }) => environment))];
  const names = stacks.map(({ name }) => name);
  const problems = asked
    .filter((one) => !environments.includes(one) && !names.includes(one))
    .map((one) => {
      const close = closest(one, [...environments, ...names]);
      const known = `environments are ${environments.join(', ')}; npm run synth lists the stacks`;
      return `there is no environment or stack "${one}": ${close ? `did you mean ${close}?` : known}`;
    });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return stacks.filter(({ name, environment }) => asked.includes(name) || asked.includes(environment));
}

/** The name that is a few letters away, if one is. */
export function closest(word: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: distance(word.toLowerCase(), name) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best && best.distance <= Math.max(1, Math.floor(word.length / 3))) return best.name;
  const within = names.filter((name) => word.length >= 3 && (name.includes(word) || word.includes(name)));
  return within.length === 1 ? within[0] : undefined;
}

/** Letters to insert, delete, replace or swap to make one word the other. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const at = (up: number, left: number) => rows[i - up]?.[j - left] ?? 0;
      const steps = [at(1, 1) + Number(a[i - 1] !== b[j - 1]), at(1, 0) + 1, (row[j - 1] ?? 0) + 1];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps.push(at(2, 2) + 1);
      row.push(Math.min(...steps));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
