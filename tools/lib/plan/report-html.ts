import type { AttributeChange, Plan, ResourceChange, StackPlan } from './model';
import { style } from './report-style';
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

/** A page of its own: no script, nothing loaded from elsewhere; light or dark as the reader's system is. */
export function htmlReport(plan: Plan): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title(plan))}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${escaped(title(plan))}</h1><p>${escaped(provenance(plan))}</p><p>${escaped(conclusion(plan))}</p><p>${escaped(costSentence(plan))}</p></header>
<main>
${[blastSection(plan), summaryTable(plan.stacks), ...plan.stacks.map(stackSection)].filter(Boolean).join('\n')}
</main>
</body>
</html>
`;
}

function blastSection(plan: Plan): string {
  const radius = blastRadius(plan);
  const others = othersSentence(radius);
  if (radius.losses.length === 0 && !others) return '';
  const items = radius.losses.map(({ resource, change, runbook }) => {
    const guide = runbook ? ` Runbook: <code>runbooks/${runbook}.md</code>.` : '';
    return `<li class="loss"><code>${escaped(resource)}</code> ${escaped(verdict(change))}. What it holds is lost.${guide}<br>Acknowledge: <code>--acknowledge '${escaped(resource)}'</code></li>`;
  });
  const more = others ? `<li>${escaped(others)}</li>` : '';
  return `<section class="blast" aria-label="Blast radius"><h2>Blast radius</h2><ul>${items.join('')}${more}</ul></section>`;
}

function summaryTable(stacks: readonly StackPlan[]): string {
  const main = kindsInOrder.slice(0, 4);
  const rows = stacks.map((stack) => {
    const isPlanned = stack.status === 'changes' || stack.status === 'unchanged';
    const counts = main.map((kind) => {
      const count = isPlanned ? countOf(stack.changes, kind) : '';
      return `<td class="${count ? kind : ''}">${count}</td>`;
    });
    return `<tr><th scope="row"><a href="#${stack.name}">${stack.name}</a></th>${counts.join('')}<td>${stack.drift.length}</td><td class="text">${escaped(headline(stack))}</td></tr>`;
  });
  const heads = [...main.map((kind) => happening[kind].title), 'drift', ''];
  return `<table><thead><tr><th scope="col">stack</th>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function stackSection(stack: StackPlan): string {
  const told = notes(stack).map((note) => `<p class="note ${stack.status}">${escaped(note)}</p>`);
  const kept = stack.drift
    .filter(({ reverted }) => !reverted)
    .map(
      ({ address, kind, attributes }) =>
        `<details><summary><b class="drift">drift</b> <code>${escaped(address)}</code> <span>${kind} by hand, stays so</span></summary>${attributeTable(attributes)}</details>`,
    );
  const body = [...told, ...stack.changes.map(changeDetails), ...kept].join('\n');
  return `<section id="${stack.name}"><h2>${stack.name}</h2><p>${escaped(headline(stack))}</p>${body}</section>`;
}

function changeDetails(change: ResourceChange): string {
  const { kind, stateful, address, attributes } = change;
  const lost = stateful && (kind === 'replace' || kind === 'destroy');
  const open = lost || kind === 'replace' ? ' open' : '';
  const more = origin(change);
  return `<details class="${lost ? 'loss' : ''}"${open}><summary><b class="${kind}">${happening[kind].title}</b> <code>${escaped(address)}</code> <span>${escaped(more)}</span></summary>${attributeTable(attributes)}</details>`;
}

function attributeTable(attributes: readonly AttributeChange[]): string {
  if (attributes.length === 0) return '';
  const rows = attributes.map(
    ({ path, before, after, replaces }) =>
      `<tr><th scope="row">${escaped(path)}${replaces ? ' <b class="replace">forces replacement</b>' : ''}</th><td class="before">${escaped(before ?? '')}</td><td class="after">${escaped(after ?? '')}</td></tr>`,
  );
  return `<table class="values"><thead><tr><th scope="col">attribute</th><th scope="col">before</th><th scope="col">after</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => entities[sign] as string);
