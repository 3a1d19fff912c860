import { anchorsOf, isExternal, linksOf } from '../../tools/lib/links';

test('links are found in every spelling, with their lines', () => {
  const text = `[a](docs/a.md) and ![b](b.png "a picture")
[c](<c.md#d>) [d][d] [e](#here)

[d]: docs/d.md
<a href="e.md">e</a> <img width="1" src="f.svg"> <https://example.com/g>
`;
  expect(linksOf(text).map(({ target, line }) => `${line} ${target}`)).toEqual([
    '1 docs/a.md',
    '1 b.png',
    '2 c.md#d',
    '2 #here',
    '4 docs/d.md',
    '5 e.md',
    '5 f.svg',
    '5 https://example.com/g',
  ]);
});

test('what stands in code is no link', () => {
  const text = '`[a](b)` ``[a](`b`)``\n\n```md\n[a](b)\n```\n~~~\n[a](b)\n~~~\n[c](d)\n';
  expect(linksOf(text)).toEqual([{ target: 'd', line: 9 }]);
});

test('headings have the anchors that GitHub gives them', () => {
  const text = `# Two commands
## \`npm run plan\`, and **why**
## What's [new](a.md)?
## Two commands
### Größe_2 – 100 %
\`\`\`sh
# not a heading
\`\`\`
<a id="by-hand"></a>
`;
  expect([...anchorsOf(text)]).toEqual([
    'two-commands',
    'npm-run-plan-and-why',
    'whats-new',
    'two-commands-1',
    'größe_2--100-',
    'by-hand',
  ]);
});

test.each([
  ['https://example.com', true],
  ['mailto:a@example.com', true],
  ['docs/a.md', false],
  ['#a', false],
])('%s is outside: %s', (target, outside) => {
  expect(isExternal(target)).toBe(outside);
});
