import { paint } from '../terminal';
import { count, type Section } from './examine';
import type { Verdict } from './finding';

const marks: Record<Verdict, readonly [Parameters<typeof paint>[0], string]> = {
  pass: ['green', 'pass'],
  warn: ['yellow', 'warn'],
  fail: ['red', 'FAIL'],
  unknown: ['magenta', '?   '],
};

/** For people: a line per finding, its remedy below. */
export function render(environment: string, sections: readonly Section[]): string {
  const lines = sections.flatMap(({ title, findings }) => [
    paint('bold', title),
    ...findings.flatMap(({ subject, verdict, found, remedy }) => [
      `  ${paint(...marks[verdict])}  ${subject}: ${found}`,
      ...(remedy ? [`        → ${remedy}`] : []),
    ]),
    '',
  ]);
  const { pass, warn, fail, unknown } = count(sections);
  const sum = `${pass} passed, ${warn} warned, ${fail} failed, ${unknown} not found out`;
  const verdict =
    fail === 0 && unknown > 0
      ? paint('yellow', `${environment} can be deployed, as far as was found out`)
      : fail > 0
        ? paint('red', `${environment} can't be deployed yet`)
        : paint('green', `${environment} can be deployed`);
  return [...lines, `${verdict}: ${sum}`].join('\n');
}
