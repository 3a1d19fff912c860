/** Whoever writes an environment reads its schema: every property says what it is, its unit, and what a change breaks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const schemas = readdirSync('environments').filter((file) => /schema\.ts$|^values\.ts$/.test(file));

/** Properties of objects that Zod checks, as `line name`, without a comment above them. The formatter gives each a line. */
function undocumented(text: string): string[] {
  const lines = text.split('\n');
  const found: string[] = [];
  /** How far the properties of the objects that are open here are indented, the innermost last. */
  const open: number[] = [];
  lines.forEach((line, index) => {
    const indent = line.search(/\S/);
    if (indent >= 0 && indent < (open.at(-1) ?? 0)) open.pop();
    const name = /^(\w+)[:,]/.exec(line.trim())?.[1];
    if (name && indent === open.at(-1) && !lines[index - 1]?.endsWith('*/'))
      found.push(`${index + 1} ${name}`);
    // On one line there is no place for a comment.
    const [, inline] = /\b(?:strictObject|[sS]chema\.extend)\(\{ (\w+)/.exec(line) ?? [];
    if (inline) found.push(`${index + 1} ${inline}`);
    if (/\b(strictObject|extend)\(\{$/.test(line)) open.push(indent + 2);
  });
  return found;
}

test.each(schemas)('environments/%s documents every property', (file) => {
  expect(undocumented(readFileSync(join('environments', file), 'utf8'))).toEqual([]);
});

test('a property without a comment is seen, wherever it stands', () => {
  const text = `const a = z.strictObject({
  /** Said. */
  one: z.string(),
  two: z
    .strictObject({
      three: z.string(),
      /** Said, and no object that Zod checks. */
      four: table({
        five: 1,
      }),
    })
    .optional(),
  /** Said. */
  six: z.strictObject({ seven: z.string() }),
  eight,
});
const nine = { ten: 1 };`;
  expect(undocumented(text)).toEqual(['4 two', '6 three', '14 seven', '15 eight']);
  expect(schemas.length).toBeGreaterThan(4);
});
