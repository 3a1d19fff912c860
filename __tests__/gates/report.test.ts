import { evaluate, frameworks, gates, type StackInput, type Waiver } from '../../gates';
import { evidence, evidenceMarkdown } from '../../gates/report/evidence';
import { htmlReport } from '../../gates/report/html';
import { jsonReport } from '../../gates/report/json';
import { markdownReport } from '../../gates/report/markdown';
import { sarifReport } from '../../gates/report/sarif';
import { textReport } from '../../gates/report/text';
import { table } from '../../tools/lib/terminal';

const database = (name: string): StackInput => ({
  name,
  component: 'data',
  json: {
    resource: {
      aws_db_instance: {
        open: { storage_encrypted: false, publicly_accessible: false, username: 'postgres' },
        fine: { storage_encrypted: true, publicly_accessible: false, username: '<b>|me@example.com' },
      },
    },
  },
});
const waivers: Waiver[] = [
  {
    gate: 'rds-encrypted',
    resources: ['data/aws_db_instance.open'],
    reason: 'It is empty & new.',
    owner: 'platform',
    until: '2026-12-31',
  },
];
const concerned = ['rds-encrypted', 'rds-owner-named', 'rds-not-public', 'waf-logged', 'tags-complete'];
const only = gates.filter(({ evaluatorId }) => concerned.includes(evaluatorId));
const verdict = (name: string) =>
  evaluate(
    { name, tier: 'production' },
    [
      database(`${name}-data`),
      {
        name: 'bootstrap-a',
        component: 'bootstrap',
        json: { resource: { aws_db_instance: { shared: { username: 'admin' } } } },
      },
    ],
    only,
    { today: '2026-11-21', waivers },
  );
const [one, two] = [verdict('one'), verdict('two')];
const plain = (_: string, text: string) => text;

test('a terminal is told what fails with its remedy, what is waived, and counts that add up', () => {
  const text = textReport(one, plain, table);
  expect(text).toContain('The owner is not called as every attacker expects');
  expect(text).toContain('one-data: aws_db_instance.open: username = postgres');
  expect(text).toContain('remedy: Leave the owner’s name');
  expect(text).toContain('waived until 2026-12-31 by platform: It is empty & new.');
  const [, total, fail, waived, pass, none] =
    text
      .match(/^(\d+) gates of 5 evaluators: (\d+) fail, (\d+) waived, (\d+) pass, (\d+) not applicable$/m)
      ?.map(Number) ?? [];
  expect(total).toBe(only.length);
  expect((fail ?? 0) + (waived ?? 0) + (pass ?? 0) + (none ?? 0)).toBe(total);
});

test('Markdown and HTML let nothing that was observed act as markup, and show no mail address', () => {
  const failing = {
    ...one,
    results: one.results.map((result) => ({
      ...result,
      status: 'fail' as const,
      findings: result.findings.map((finding) => ({ ...finding, verdict: 'fail' as const })),
    })),
  };
  const markdown = markdownReport([failing]);
  expect(markdown).toContain('username = &lt;b>\\|(mail address)');
  const html = htmlReport([failing]);
  expect(html).toContain('&lt;b&gt;|(mail address)');
  expect(html).not.toContain('<b>|');
  expect(html).not.toMatch(/<script|src=|href="http/);
});

describe('SARIF', () => {
  const run = JSON.parse(sarifReport([one, two])).runs[0];

  test('has one rule for each evaluator, and a result for each resource, what environments share told once', () => {
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id).sort()).toEqual([
      'rds-encrypted',
      'rds-owner-named',
    ]);
    const places = run.results.map(
      ({
        ruleId,
        locations,
      }: {
        ruleId: string;
        locations: { logicalLocations: { fullyQualifiedName: string }[] }[];
      }) => `${ruleId} ${locations[0]?.logicalLocations[0]?.fullyQualifiedName}`,
    );
    expect(places.sort()).toEqual(
      [
        'rds-encrypted bootstrap-a/aws_db_instance.shared',
        'rds-encrypted one-data/aws_db_instance.open',
        'rds-encrypted two-data/aws_db_instance.open',
        'rds-owner-named bootstrap-a/aws_db_instance.shared',
        'rds-owner-named one-data/aws_db_instance.open',
        'rds-owner-named two-data/aws_db_instance.open',
      ].sort(),
    );
  });

  test('points to the file of the environment, or of the accounts, and suppresses what is waived', () => {
    for (const { ruleId, ruleIndex, locations, suppressions } of run.results) {
      const [{ physicalLocation, logicalLocations }] = locations;
      const [, stack] = /^(bootstrap-a|\w+)/.exec(logicalLocations[0].fullyQualifiedName) ?? [];
      expect(physicalLocation.artifactLocation.uri).toBe(
        stack === 'bootstrap-a' ? 'environments/accounts.ts' : `environments/${stack}.ts`,
      );
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
      const waived = ruleId === 'rds-encrypted' && stack !== 'bootstrap-a';
      expect(suppressions?.[0]?.justification).toBe(waived ? 'It is empty & new.' : undefined);
    }
  });
});

test('JSON has every gate with its findings', () => {
  const { environments } = JSON.parse(jsonReport([one]));
  expect(environments[0].gates.map(({ id }: { id: string }) => id)).toEqual(only.map(({ id }) => id));
  expect(
    environments[0].gates.find(({ evaluator }: { evaluator: string }) => evaluator === 'waf-logged'),
  ).toMatchObject({ status: 'not applicable', reason: 'one has no such aws_wafv2_web_acl' });
});

test('an evidence pack goes from control to resource, observed value and verdict', () => {
  const gdpr = frameworks.find(({ id }) => id === 'gdpr') as (typeof frameworks)[number];
  const pack = evidence(one, gdpr);
  const control = pack.controls.find(({ number }) => number === 'Art. 32(1)(a)');
  expect(control?.gates[0]?.findings).toEqual(
    expect.arrayContaining([
      {
        stack: 'one-data',
        resource: 'aws_db_instance.open',
        observed: 'storage_encrypted = false',
        verdict: 'fail',
        waiver: expect.objectContaining({ owner: 'platform', expired: false }),
      },
      {
        stack: 'one-data',
        resource: 'aws_db_instance.fine',
        observed: 'storage_encrypted = true',
        verdict: 'pass',
      },
    ]),
  );
  const text = evidenceMarkdown(one, gdpr);
  expect(text).toContain('## Art. 32(1)(a): Personal data is encrypted');
  expect(text).toContain(
    '| `one-data/aws_db_instance.open` | storage\\_encrypted = false | fail, waived until 2026-12-31 by platform: It is empty & new. |',
  );
  expect(text).toMatch(/## Art\. 33\(1\)[^#]+not found in a source/);
});
