import type { AttributeChange, Plan, ResourceChange, StackPlan } from './model';
import {
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

/** GitHub takes comments of 65,536 characters; the rest is in the HTML report. */
const longest = 60_000;

/** For a comment on a pull request: the blast radius and the table first, each stack's details folded. */
export function markdownReport(plan: Plan): string {
  const head = [
    `## ${title(plan)}`,
    `${provenance(plan)}. ${conclusion(plan)}.`,
    costSentence(plan),
    blastSection(plan),
    summaryTable(plan.stacks),
  ].filter((section) => section !== '');
  const report = [...head];
  let length = head.join('\n\n').length;
  for (const stack of plan.stacks) {
    const section = stackSection(stack);
    if (section === '') continue;
    length += section.length + 2;
    if (length > longest) {
      report.push('The rest is too long for a comment: see the HTML report among the artifacts.');
      break;
    }
    report.push(section);
  }
  return `${report.join('\n\n')}\n`;
}

function blastSection(plan: Plan): string {
  const radius = blastRadius(plan);
  const lines = radius.losses.map(({ resource, change, runbook }) => {
    const guide = runbook ? ` Runbook: \`runbooks/${runbook}.md\`.` : '';
    return `- 🔴 **${code(resource)} ${escaped(verdict(change))}.** What it holds is lost.${guide} Acknowledge: ${code(`--acknowledge '${resource}'`)}`;
  });
  const others = othersSentence(radius);
  if (others) lines.push(`- 🟠 ${escaped(others)}`);
  return lines.length > 0 ? ['### Blast radius', '', ...lines].join('\n') : '';
}

function summaryTable(stacks: readonly StackPlan[]): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const main = kindsInOrder.slice(0, 4);
  return [
    row(['stack', ...main.map((kind) => happening[kind].title), 'drift', '']),
    row(['---', ...main.map(() => '--:'), '--:', '---']),
    ...stacks.map((stack) => {
      const isPlanned = stack.status === 'changes' || stack.status === 'unchanged';
      const counts = main.map((kind) => (isPlanned ? countOf(stack.changes, kind) : ''));
      return row([stack.name, ...counts, stack.drift.length, escaped(headline(stack))]);
    }),
  ].join('\n');
}

function stackSection(stack: StackPlan): string {
  const told = notes(stack).map((note) => `> ${escaped(note)}`);
  const kept = stack.drift.filter(({ reverted }) => !reverted);
  const changes = stack.changes.map(changeBlock);
  const drift = kept.map(({ address, kind, attributes }) =>
    block(`! ${address} ${kind} by hand, stays so`, attributes),
  );
  if (told.length + changes.length + drift.length === 0) return '';
  return [
    `<details><summary><b>${stack.name}</b>: ${escaped(headline(stack))}</summary>`,
    told.join('\n>\n'),
    fence([...changes, ...drift].join('\n')),
    '</details>',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Signs that GitHub colours in a `diff` block. */
const signs: Readonly<Record<ResourceChange['kind'], string>> = {
  create: '+',
  update: '!',
  replace: '-/+',
  destroy: '-',
  import: '#',
  move: '#',
  forget: '#',
};

const changeBlock = (change: ResourceChange): string => {
  const more = origin(change);
  return block(
    `${signs[change.kind]} ${change.address}: ${happening[change.kind].done}${more ? `; ${more}` : ''}`,
    change.kind === 'create' ? [] : change.attributes,
  );
};

const block = (head: string, attributes: readonly AttributeChange[]): string =>
  [
    head,
    ...attributes.flatMap(({ path, before, after, replaces }) => [
      ...(before === undefined ? [] : [`-     ${path}: ${before}`]),
      ...(after === undefined ? [] : [`+     ${path}: ${after}${replaces ? '  # forces replacement' : ''}`]),
    ]),
  ].join('\n');

/** A fence that nothing inside can close. */
const fence = (text: string): string =>
  text === '' ? '' : `\`\`\`diff\n${text.replaceAll('```', "'''")}\n\`\`\``;

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

const escaped = (text: string): string =>
  text
    .replaceAll('\n', ' ')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '\\|')
    .replaceAll(/([`*_])/g, '\\$1');
