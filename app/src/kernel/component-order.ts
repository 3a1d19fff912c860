import { didYouMean } from './did-you-mean';

interface Node {
  readonly name: string;
  readonly needs?: readonly string[];
}

/**
 * The order in which everything comes after what it needs; among equals, the order given.
 *
 * @throws Error that names every need that nobody satisfies, a name that is taken twice, or the chain of a circle
 */
export function startOrder<N extends Node>(nodes: readonly N[]): N[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const problems = [...duplicates(nodes), ...missing(nodes, [...byName.keys()])];
  if (problems.length > 0) throw new Error(problems.join('\n'));

  const done = new Set<N>();
  /** What waits for each other at the moment, the first the one that asked first. */
  const chain: N[] = [];
  const visit = (node: N): void => {
    if (done.has(node)) return;
    const seen = chain.indexOf(node);
    if (seen >= 0) {
      const circle = [...chain.slice(seen), node].map(({ name }) => name);
      throw new Error(`components need each other in a circle: ${circle.join(' → ')}`);
    }
    chain.push(node);
    for (const need of node.needs ?? []) visit(byName.get(need) as N);
    chain.pop();
    done.add(node);
  };
  for (const node of nodes) visit(node);
  return [...done];
}

const missing = (nodes: readonly Node[], names: readonly string[]): string[] =>
  nodes.flatMap(({ name, needs = [] }) =>
    needs
      .filter((need) => !names.includes(need))
      .map((need) => `component "${name}" needs "${need}", which is not there.${didYouMean(need, names)}`),
  );

function duplicates(nodes: readonly Node[]): string[] {
  const names = nodes.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) => `there are two components "${name}"`);
}
