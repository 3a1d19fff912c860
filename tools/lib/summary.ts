import { countInvariant, invariantNames } from './invariants';
import { resourcesOf } from './stack-json';
import type { Synthesis, SynthesisedStack } from './synthesise';
import { duration, paint, table } from './terminal';

/** Kinds that a row names; the rest is counted. */
const kindsShown = 4;

/** `eks_addon 6, iam_role 5, … and 12 kinds more`, the most frequent first. */
export function kinds(stack: Pick<SynthesisedStack, 'json'>): string {
  const counts = new Map<string, number>();
  for (const resource of resourcesOf(stack.json)) {
    if (resource.mode === 'data') continue;
    const kind = resource.type.replace(/^(aws|kubernetes)_/, '');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  const shown = sorted.slice(0, kindsShown).map(([kind, count]) => `${kind} ${count}`);
  const more = sorted.length - shown.length;
  return shown.join(', ') + (more > 0 ? `, ${more} ${more === 1 ? 'kind' : 'kinds'} more` : '');
}

export const managed = (stack: Pick<SynthesisedStack, 'json'>): number =>
  resourcesOf(stack.json).filter((resource) => resource.mode === 'managed').length;

/** The table that `npm run synth` and `npm run up` print. */
export function summary(synthesis: Synthesis, outdir: string): string {
  const rows = synthesis.stacks.map((stack) => [
    stack.environment,
    stack.component,
    managed(stack),
    `${invariantNames.length} ok`,
    duration(stack.milliseconds).padStart(6),
    kinds(stack),
  ]);
  const resources = synthesis.stacks.reduce((sum, stack) => sum + managed(stack), 0);
  return [
    table(['environment', 'stack', 'resources', 'checks', '  time', 'resources by kind'], rows),
    '',
    `Checked: environments against their schema and rules; in each stack ${invariantNames.filter((n) => n !== countInvariant).join(', ')}, ${countInvariant}.`,
    paint(
      'green',
      `${synthesis.stacks.length} stacks, ${resources} resources in ${duration(synthesis.milliseconds)} → ${outdir}/`,
    ),
  ].join('\n');
}
