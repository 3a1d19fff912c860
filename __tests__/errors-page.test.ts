/** docs/errors.md is the contract's table: `npm run golden` rewrites it, and a page that differs fails. */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  type ErrorCode,
  type ErrorDefinition,
  errorAlerts,
  errorFamilies,
  errors,
} from '../app/src/contract';
import { updateMode } from './support/golden';

const page = 'docs/errors.md';
const [begin, end] = ['<!-- table: begin (generated) -->', '<!-- table: end -->'] as const;

function rendered(): string {
  const header = ['code', 'status', 'severity', 'retry', 'strategy', 'meaning'];
  const rows = (Object.entries(errors) as [ErrorCode, ErrorDefinition][]).map(([code, error]) => [
    `\`${code}\``,
    String(error.status),
    error.severity.toUpperCase(),
    error.retryable ? 'yes' : 'no',
    error.strategy,
    error.title + (error.reservedFor ? ` (reserved for ${error.reservedFor})` : ''),
  ]);
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [begin, ...lines, end].join('\n');
}

test('docs/errors.md has every code as the contract has it', () => {
  const text = readFileSync(page, 'utf8');
  const given = text.slice(text.indexOf(begin), text.indexOf(end) + end.length);
  if (updateMode() === 'all')
    writeFileSync(
      page,
      text.replace(given, () => rendered()),
    );
  else expect(given).toBe(rendered());
});

test('docs/errors.md explains every family, and alerts as they are', () => {
  const text = readFileSync(page, 'utf8');
  for (const [family, about] of Object.entries(errorFamilies))
    expect(text).toContain(`\`${family}_\` ${about}`);
  const { critical, high, medium } = errorAlerts.threshold;
  expect(text).toContain(`${critical} critical, ${high} high or ${medium} medium`);
  expect(text).toContain(`${errorAlerts.windowSeconds} seconds`);
});
