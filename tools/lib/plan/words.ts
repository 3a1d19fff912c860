import {
  type AttributeChange,
  type ChangeKind,
  type Loss,
  lossesOf,
  type Plan,
  type ResourceChange,
  type StackPlan,
} from './model';
import { runbookOfLoss } from './runbooks';

/** What the reports say, whatever they look like. */

export const kindsInOrder: readonly ChangeKind[] = [
  'create',
  'update',
  'replace',
  'destroy',
  'import',
  'move',
  'forget',
];

/** What happens to a resource, as a column's title and as a word after "is". */
export const happening: Readonly<Record<ChangeKind, { readonly title: string; readonly done: string }>> = {
  create: { title: 'add', done: 'created' },
  update: { title: 'change', done: 'changed' },
  replace: { title: 'replace', done: 'replaced' },
  destroy: { title: 'destroy', done: 'destroyed' },
  import: { title: 'import', done: 'imported' },
  move: { title: 'move', done: 'moved' },
  forget: { title: 'forget', done: 'forgotten' },
};

export const countOf = (changes: readonly ResourceChange[], kind: ChangeKind): number =>
  changes.filter((change) => change.kind === kind).length;

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Of one stack, in a few words. */
export function headline(stack: StackPlan): string {
  if (stack.status === 'failed') return 'could not be planned';
  if (stack.status === 'pending') {
    const producers = stack.waitsFor.join(', ');
    return `pending until ${producers} ${stack.waitsFor.length === 1 ? 'is' : 'are'} applied; would create ${stack.wouldCreate?.count ?? 0}`;
  }
  const counts = kindsInOrder
    .map((kind) => [kind, countOf(stack.changes, kind)] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} to ${happening[kind].title}`);
  if (counts.length > 0) return counts.join(', ');
  if (stack.status === 'changes') return `only outputs change: ${stack.outputs.join(', ')}`;
  return 'no changes';
}

/** What else has to be known of a stack. */
export function notes(stack: StackPlan): string[] {
  const kept = stack.drift.filter(({ reverted }) => !reverted).length;
  const back = stack.drift.length - kept;
  return [
    ...stack.problems,
    ...(stack.wouldCreate ? [`would create ${stack.wouldCreate.kinds}, by the synthesis`] : []),
    ...(stack.provisional.length > 0
      ? [
          `provisional: outputs of ${stack.provisional.join(' and ')} that it reads would change, so it is planned again after`,
        ]
      : []),
    ...(back > 0 ? [`drift: ${plural(back, 'resource')} changed by hand, which this plan takes back`] : []),
    ...(stack.monthlyUsd && Math.abs(stack.monthlyUsd.after - stack.monthlyUsd.before) >= 1
      ? [`cost: ${difference(stack.monthlyUsd.after - stack.monthlyUsd.before)} USD a month, estimated`]
      : []),
    ...(kept > 0
      ? [`drift: ${plural(kept, 'resource')} changed outside of Terraform, which this plan leaves`]
      : []),
  ];
}

/** `is replaced because …`, of one resource. */
export const verdict = ({ kind, why }: ResourceChange): string =>
  `is ${happening[kind].done}${why ? ` ${why}` : ''}`;

/** Where it came from, or why it is in the plan at all: what a person can't see from the address. */
export function origin({ cause, previousAddress, importId, why, kind }: ResourceChange): string {
  const parts = [
    previousAddress ? `was ${previousAddress}` : '',
    importId === undefined ? '' : `imported from ${importId || 'an id known later'}`,
    cause === 'drift' ? 'takes back what was changed by hand' : '',
    cause === 'both' ? 'also takes back what was changed by hand' : '',
    kind === 'replace' || kind === 'destroy' ? (why ?? '') : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

export interface BlastRadius {
  readonly losses: readonly (Loss & { readonly runbook?: string })[];
  /** What goes or is made anew without holding anything that can't be made again. */
  readonly others: { readonly replaced: number; readonly destroyed: number };
  /** Stacks outside of the losses' own that read from a stack which loses something. */
  readonly dependents: readonly string[];
}

export function blastRadius({ stacks }: Plan): BlastRadius {
  const losses = lossesOf(stacks).map((loss) => {
    const runbook = runbookOfLoss[loss.change.type];
    return { ...loss, ...(runbook ? { runbook } : {}) };
  });
  const all = stacks.flatMap(({ changes }) => changes).filter(({ stateful }) => !stateful);
  const hit = stacks.filter(({ changes }) =>
    changes.some(({ kind }) => kind === 'replace' || kind === 'destroy'),
  );
  const hitNames = hit.map(({ name }) => name);
  return {
    losses,
    others: { replaced: countOf(all, 'replace'), destroyed: countOf(all, 'destroy') },
    dependents: stacks
      .filter(
        ({ name, dependencies }) =>
          !hitNames.includes(name) && dependencies.some((one) => hitNames.includes(one)),
      )
      .map(({ name }) => name),
  };
}

/** Of what is not lost for ever, one sentence; empty where nothing of it happens. */
export function othersSentence({ others, dependents }: BlastRadius): string {
  const { replaced, destroyed } = others;
  if (replaced + destroyed === 0) return '';
  const what = `${plural(replaced, 'resource')} without data replaced, ${destroyed} destroyed`;
  return dependents.length > 0 ? `${what}; ${dependents.join(', ')} read from there` : what;
}

export const attributeLine = ({ path, before, after, replaces }: AttributeChange): string => {
  const forced = replaces ? '  (forces replacement)' : '';
  if (before === undefined) return `${path}: ${after}${forced}`;
  if (after === undefined) return `${path}: ${before} → unset${forced}`;
  return `${path}: ${before} → ${after}${forced}`;
};

export const title = ({ asked, destroy }: Plan): string =>
  `${destroy ? 'Destruction' : 'Plan'} of ${asked.join(', ')}`;

export const provenance = ({ createdAt, commit, terraform }: Plan): string =>
  [
    `${createdAt.slice(0, 16).replace('T', ' ')} UTC`,
    commit ? `commit ${commit.slice(0, 8)}` : 'no commit',
    `${terraform.name} ${terraform.version}`,
  ].join(' · ');

const dollars = (usd: number): string => Math.round(usd).toLocaleString('en-US');
const difference = (usd: number): string => `${usd < 0 ? '−' : '+'}${dollars(Math.abs(usd))}`;

/** What the planned stacks cost by estimate; empty where nothing is known of it. */
export function costSentence({ stacks }: Plan): string {
  const known = stacks.flatMap(({ monthlyUsd }) => (monthlyUsd ? [monthlyUsd] : []));
  if (known.length === 0) return '';
  const before = known.reduce((sum, one) => sum + one.before, 0);
  const after = known.reduce((sum, one) => sum + one.after, 0);
  const which = known.length === stacks.length ? '' : ` for ${known.length} of ${stacks.length} stacks`;
  return Math.abs(after - before) < 1
    ? `Estimated cost${which}: ${dollars(after)} USD a month, unchanged`
    : `Estimated cost${which}: ${dollars(before)} → ${dollars(after)} USD a month (${difference(after - before)})`;
}

/** The whole plan in one sentence. */
export function conclusion({ stacks }: Plan): string {
  const count = (status: StackPlan['status']) => stacks.filter((stack) => stack.status === status).length;
  const parts = [
    [count('failed'), 'could not be planned'],
    [count('changes'), 'with changes'],
    [count('pending'), 'pending'],
    [count('unchanged'), 'unchanged'],
  ] as const;
  return `${plural(stacks.length, 'stack')}: ${parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(', ')}`;
}
