import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type FlagDefinition,
  type FlagKey,
  flagKeys,
  flags,
  type RenderedFlag,
  renderFlag,
} from '../src/contract';
import { defaultLayer, FlagSet } from '../src/kernel/flags/flag-set';
import { flagsTable } from './support/flags-table';

const root = resolve(__dirname, '../..');
const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'contract' ? [] : sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
const service = sources(join(root, 'app/src')).map((path) => readFileSync(path, 'utf8'));
const reads = (text: string, key: string) => new RegExp(`flags\\.(value|evaluate)\\(\\s*'${key}'`).test(text);
const definitions: [FlagKey, FlagDefinition][] = flagKeys.map((key) => [key, flags[key]]);

it('there are twenty or more, with every one that was promised', () => {
  expect(flagKeys.length).toBeGreaterThanOrEqual(20);
  const shares = Object.fromEntries(
    definitions.flatMap(([key, { rule }]) =>
      rule?.strategy === 'PERCENTAGE' ? [[key, rule.percentage]] : [],
    ),
  );
  expect(shares).toEqual({
    ...{ advanced_analytics: 50, ai_suggestions: 25, request_batching: 30, mfa_enforcement: 10, beta_ui: 5 },
    experimental_corrector: 10,
  });
  expect(flagKeys).toEqual(
    expect.arrayContaining([
      ...['async_processing', 'caching', 'compression', 'fca_advanced', 'gdpr_advanced', 'tax_compliance'],
      ...['circuit_breaker', 'rate_limiting', 'enhanced_encryption', 'audit_logging'],
    ]),
  );
});

it.each(definitions.filter(([, { wiredTo }]) => wiredTo))(
  '%s switches something in its file',
  (key, { wiredTo }) => {
    const path = join(root, wiredTo ?? '');
    expect(existsSync(path)).toBe(true);
    expect(reads(readFileSync(path, 'utf8'), key)).toBe(true);
  },
);

it.each(definitions.filter(([, { reservedFor }]) => reservedFor))(
  '%s is reserved, and nothing reads it',
  (key) => {
    // Once something does, the flag's `reservedFor` becomes `wiredTo`.
    expect(service.some((text) => reads(text, key))).toBe(false);
  },
);

it.each(definitions)(
  '%s requires flags that exist, has days that are days, and fits its rule',
  (key, definition) => {
    for (const day of [definition.since, definition.expires]) {
      if (day !== 'never') expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
    }
    for (const required of definition.requires ?? []) expect(flagKeys).toContain(required);
    expect(defaultLayer[key]).toEqual(renderFlag(definition));
  },
);

const withFile = (file: Partial<Record<FlagKey, RenderedFlag>>) =>
  new FlagSet({ default: defaultLayer, file, override: {} });
const requiring = (key: FlagKey, requires: string): RenderedFlag => {
  const flag = renderFlag(flags[key], true);
  return { ...flag, metadata: { ...flag.metadata, requires } };
};

it('a flag is off while one that it requires is off, for the same request', () => {
  const set = withFile({
    advanced_analytics: renderFlag(flags.advanced_analytics, { strategy: 'USERS', users: ['u'] }),
    ai_suggestions: renderFlag(flags.ai_suggestions, true),
  });
  expect(set.evaluate('ai_suggestions', { targetingKey: 'u' })).toMatchObject({ value: true });
  expect(set.evaluate('ai_suggestions', { targetingKey: 'v' })).toMatchObject({
    ...{ value: false, reason: 'PREREQUISITE', unmet: 'advanced_analytics' },
  });
});

it.each([
  [{ caching: requiring('caching', 'caching') }, /in a circle: caching → caching/],
  [
    { caching: requiring('caching', 'ingestion'), ingestion: requiring('ingestion', 'caching') },
    /in a circle: .*caching/,
  ],
  [{ caching: requiring('caching', 'cachin') }, /flag "caching" requires "cachin", which does not exist/],
  [
    { caching: requiring('caching', 'query_page_limit') },
    /requires "query_page_limit", which is not a boolean/,
  ],
])('requirements that cannot be met are refused: %#', (file, message) => {
  expect(() => withFile(file)).toThrow(message);
});

it('the table in docs/flags.md is the contract’s', () => {
  const page = readFileSync(join(root, 'docs/flags.md'), 'utf8');
  expect(page.slice(page.indexOf('| flag |')).trimEnd()).toBe(flagsTable());
});
