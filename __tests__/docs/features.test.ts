import { existsSync, readFileSync } from 'node:fs';

const rows = readFileSync('docs/features.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const found = /^\| (?<feature>.+) \| \[(?<file>[\w./-]+)\]\((?<link>[\w./-]+)\) \| (?<test>.+) \|$/.exec(
      line,
    );
    return found?.groups ? [found.groups as Record<'feature' | 'file' | 'link' | 'test', string>] : [];
  });

test('the catalogue is there', () => expect(rows.length).toBeGreaterThan(40));

test.each(rows.map((row) => [row.feature, row] as const))('%s', (_, { file, link, test: title }) => {
  expect(link).toBe(`../${file}`);
  expect(existsSync(file)).toBe(true);
  if (title !== 'the whole file') expect(readFileSync(file, 'utf8')).toContain(`'${title}'`);
});
