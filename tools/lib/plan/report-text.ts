import { paint, table } from '../terminal';
import type { ChangeKind, Plan, ResourceChange, StackPlan } from './model';
import {
  attributeLine,
  blastRadius,
  conclusion,
  costSentence,
  countOf,
  happening,
  headline,
  kindsInOrder,
  notes,
  origin,
  othersSentence,
  provenance,
  title,
  verdict,
} from './words';

const signs: Readonly<Record<ChangeKind, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  destroy: '-',
  import: '<',
  move: '>',
  forget: '.',
};

/** Values of a resource that a terminal shows; the written reports have all. */
const attributesShown = 12;

/** For a terminal, and plain for a log. */
export function textReport(plan: Plan): string {
  const sections = plan.stacks.map(stackSection).filter((section) => section !== '');
  return [
    `${paint('bold', title(plan))}  ${paint('dim', provenance(plan))}`,
    lossesSection(plan),
    ...sections,
    summaryTable(plan.stacks),
    conclusion(plan),
    costSentence(plan),
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

function lossesSection(plan: Plan): string {
  const radius = blastRadius(plan);
  const lines = radius.losses.flatMap(({ resource, change, runbook }) => [
    paint('red', `  ! ${resource} ${verdict(change)}`),
    `    what it holds is lost${runbook ? `; runbook ${runbook}` : ''}; apply wants: --acknowledge '${resource}'`,
  ]);
  const others = othersSentence(radius);
  if (others) lines.push(`  ${others}`);
  return lines.length > 0 ? [paint(['bold', 'red'], 'Blast radius'), ...lines].join('\n') : '';
}

function stackSection(stack: StackPlan): string {
  const lines = [
    ...notes(stack).map((note) => `  ${paint(stack.status === 'failed' ? 'red' : 'yellow', note)}`),
    ...stack.changes.flatMap(changeLines),
    ...stack.drift
      .filter(({ reverted }) => !reverted)
      .flatMap(({ address, kind, attributes }) => [
        paint('yellow', `  drift ${address} ${kind} by hand`),
        ...attributes.slice(0, attributesShown).map((attribute) => `      ${attributeLine(attribute)}`),
      ]),
  ];
  return lines.length > 0 ? [paint('bold', stack.name), ...lines].join('\n') : '';
}

function changeLines(change: ResourceChange): string[] {
  const more = origin(change);
  const head = `  ${signs[change.kind]} ${change.address}${more ? `  ${paint('dim', more)}` : ''}`;
  const colour = { create: 'green', replace: 'red', destroy: 'red' }[change.kind as string] as
    | 'red'
    | undefined;
  // Of what is new all values are new: the written reports have them.
  const values = change.kind === 'create' ? [] : change.attributes;
  const left = values.length - attributesShown;
  return [
    colour ? paint(colour, head) : head,
    ...values.slice(0, attributesShown).map((attribute) => `      ${attributeLine(attribute)}`),
    ...(left > 0 ? [`      … ${left} more in the written report`] : []),
  ];
}

function summaryTable(stacks: readonly StackPlan[]): string {
  const shown = kindsInOrder.filter(
    (kind, index) => index < 4 || stacks.some(({ changes }) => countOf(changes, kind) > 0),
  );
  const rows = stacks.map((stack) => [
    stack.name,
    ...shown.map((kind) =>
      stack.status === 'pending' || stack.status === 'failed' ? '' : countOf(stack.changes, kind),
    ),
    stack.drift.length,
    stack.status === 'changes' ? '' : headline(stack),
  ]);
  return table(['stack', ...shown.map((kind) => happening[kind].title), 'drift', ''], rows);
}
