import { resourcesOf } from '../stack-json';
import type { SynthesisedStack } from '../synthesise';
import { arrow, box, boxHeight, lineHeight, picture, text, wrap } from './svg';

const column = 168;
const margin = 16;

/** What stacks of an environment read of each other, from what they really reference. */
export const handedOver = (stack: SynthesisedStack): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, Set<string>>();
  const pattern = /terraform_remote_state\.(\w+)\.outputs\.(\w+)/g;
  for (const [, from = '', output = ''] of JSON.stringify(stack.json).matchAll(pattern)) {
    found.set(from, (found.get(from) ?? new Set()).add(output));
  }
  return new Map([...found].map(([from, outputs]) => [from, [...outputs].sort()]));
};

/**
 * Stacks on the diagonal in the order in which they deploy; right of each, in the column of who reads it, the outputs
 * that it hands over.
 */
export function stacksDiagram(stacks: readonly SynthesisedStack[], environment: string): string {
  const read = stacks.map(handedOver);
  const cell = (from: number, to: number): string[] =>
    (read[to]?.get(stacks[from]?.component ?? '') ?? []).flatMap((output) =>
      wrap(output.replaceAll('_', ' '), column - 16),
    );
  const about = stacks.map(({ json }) => {
    const all = resourcesOf(json).filter(({ mode }) => mode === 'managed');
    return [`${all.length} resources`, `by ${Object.keys(json.provider ?? {}).join(', ')}`];
  });
  const heights = stacks.map((_, from) =>
    Math.max(boxHeight(2), ...stacks.map((__, to) => 14 + cell(from, to).length * lineHeight)),
  );
  const top = (row: number): number =>
    margin + heights.slice(0, row).reduce((sum, height) => sum + height + 14, 0);
  const left = (at: number): number => margin + at * (column + 14);
  const shapes = stacks.flatMap((stack, row) => [
    box(
      stack.component,
      about[row] ?? [],
      { x: left(row), y: top(row), width: column, height: boxHeight(2) },
      'strong',
    ),
    ...stacks.flatMap((_, to) => {
      const lines = cell(row, to);
      if (lines.length === 0) return [];
      return [
        ...lines.map((line, index) =>
          text(line, { x: left(to) + 12, y: top(row) + 14 + index * lineHeight }, { quiet: true }),
        ),
        arrow([left(to) + 4, top(row) + 4], [left(to) + 4, top(to) - 2]),
      ];
    }),
  ]);
  return picture(
    {
      title: `Stacks of ${environment} and what they hand each other`,
      description: stacks
        .map(({ component }, to) => {
          const from = [...(read[to] ?? new Map())].map(
            ([name, outputs]) => `${outputs.length} outputs of ${name}`,
          );
          return `${component} reads ${from.join(', ') || 'nothing'}`;
        })
        .join('; '),
      width: left(stacks.length) + margin - 14,
      height: top(stacks.length) + margin,
    },
    shapes,
  );
}
