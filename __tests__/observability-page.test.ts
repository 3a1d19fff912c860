import { readFileSync, writeFileSync } from 'node:fs';
import { everyAlert } from '../constructs/observability/every-alert';
import { alertsTable } from '../tools/lib/alerts-table';
import { updateMode } from './support/golden';

test('docs/observability.md lists the alerts as they are', () => {
  const file = 'docs/observability.md';
  const block = /<!-- alerts -->\n([\s\S]*)<!-- \/alerts -->/;
  const table = `${alertsTable(everyAlert)}\n`;
  if (updateMode() === 'all') {
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(block, () => `<!-- alerts -->\n${table}<!-- /alerts -->`),
    );
  }
  expect(block.exec(readFileSync(file, 'utf8'))?.[1]).toBe(table);
});
