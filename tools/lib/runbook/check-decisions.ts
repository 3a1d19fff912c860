import type { Runbook } from './runbook';

/** A line of the file, counted from 1, and what is wrong there. */
interface Finding {
  readonly line: number;
  readonly text: string;
}

/**
 * Where causes differ, Diagnose ends with "Then decide", and each case of it leads somewhere: to a step of this runbook, to another
 * page, or to waiting.
 */
export function checkDecisions({ text, steps, occasion }: Runbook): Finding[] {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.startsWith('Then decide'));
  const ways = steps.filter(({ section }) => section === 'Mitigate').length;
  if (begin < 0) {
    const at = lines.indexOf('## Mitigate');
    return occasion !== 'routine' && ways > 1 && at >= 0
      ? [
          {
            line: at + 1,
            text: `Mitigate has ${ways} steps, and nothing says when to take which: end Diagnose with "Then decide:" and a list`,
          },
        ]
      : [];
  }
  const names = new Set(steps.map(({ name }) => name));
  return casesBelow(lines, begin).flatMap(({ line, text: item }) => [
    ...[...item.matchAll(/\bsteps? `([a-z][a-z0-9-]*)`/g)]
      .filter(([, name]) => !names.has(name as string) && !item.includes(']('))
      .map(([, name]) => ({ line, text: `decides for the step ${name}, which this runbook does not have` })),
    ...(leadsSomewhere(item, names)
      ? []
      : [
          {
            line,
            text: 'decides without a way: name a step of this runbook in backticks, link to a runbook, or say wait or nothing',
          },
        ]),
  ]);
}

const leadsSomewhere = (item: string, names: ReadonlySet<string>): boolean =>
  item.includes('](') ||
  /\b(wait|nothing)\b/i.test(item) ||
  [...item.matchAll(/`([^`]+)`/g)].some(([, name]) => names.has(name as string));

/** Items of the list below a line, each with the lines that go on with it. */
function casesBelow(lines: readonly string[], begin: number): Finding[] {
  const items: { line: number; text: string }[] = [];
  for (let at = begin + 1; at < lines.length && !(lines[at] as string).startsWith('#'); at += 1) {
    const line = lines[at] as string;
    const last = items.at(-1);
    if (line.startsWith('- ')) items.push({ line: at + 1, text: line });
    else if (line.startsWith('  ') && last)
      items[items.length - 1] = { ...last, text: `${last.text} ${line.trim()}` };
    else if (line !== '' && last) break;
  }
  return items;
}
