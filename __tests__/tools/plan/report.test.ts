import { existsSync } from 'node:fs';
import { htmlReport } from '../../../tools/lib/plan/report-html';
import { markdownReport } from '../../../tools/lib/plan/report-markdown';
import { textReport } from '../../../tools/lib/plan/report-text';
import { runbookOfLoss } from '../../../tools/lib/plan/runbooks';
import { stateful } from '../../../tools/lib/stateful';
import { change, planOf, stack } from '../../support/plans';

const database = change('aws_db_instance', {
  kind: 'replace',
  why: "because it can't be changed in place: db_name a → <b>|`c`",
  attributes: [{ path: 'db_name', before: 'a', after: '<b>|`c`', replaces: true }],
});
const dangerous = planOf([
  stack('dev-network', { changes: [change('aws_eip', { kind: 'create' })] }),
  stack('dev-data', {
    dependencies: ['dev-network'],
    changes: [database, change('aws_route', { kind: 'destroy' })],
  }),
  stack('dev-app', {
    status: 'pending',
    dependencies: ['dev-data'],
    waitsFor: ['dev-data'],
    wouldCreate: { count: 36, kinds: 'service_v1 6' },
  }),
]);

const reports = { textReport, markdownReport, htmlReport };

describe.each(Object.entries(reports))('%s', (_, render) => {
  test('says what is lost before anything else, with its runbook and the words that acknowledge it', () => {
    const text = render(dangerous);
    const radius = text.indexOf('Blast radius');
    expect(radius).toBeGreaterThan(-1);
    expect(radius).toBeLessThan(text.indexOf('aws_eip.one'));
    expect(text).toContain('dev-data/aws_db_instance.one');
    expect(text).toContain('database-lost');
    expect(text).toContain("--acknowledge 'dev-data/aws_db_instance.one'");
    expect(text).toMatch(/1 destroyed; dev-app read/);
  });

  test('says what a pending stack waits for and would create', () => {
    expect(render(dangerous)).toContain('pending until dev-data is applied; would create 36');
  });

  test('has no blast radius where nothing goes', () => {
    expect(render(planOf([stack('dev-app', { changes: [change('aws_eip')] })]))).not.toContain(
      'Blast radius',
    );
  });

  test('tells drift that stays from drift that is taken back, and names problems', () => {
    const text = render(
      planOf([
        stack('dev-app', {
          drift: [
            {
              address: 'aws_eip.a',
              kind: 'changed',
              reverted: false,
              attributes: [{ path: 'tag', before: 'x', after: 'y' }],
            },
            { address: 'aws_eip.b', kind: 'deleted', reverted: true, attributes: [] },
          ],
        }),
        stack('dev-data', { status: 'failed', problems: ['its state is locked by ada'] }),
      ]),
    );
    expect(text).toContain('1 resource changed by hand, which this plan takes back');
    expect(text).toContain('1 resource changed outside of Terraform, which this plan leaves');
    expect(text).toContain('aws_eip.a');
    expect(text).toContain('its state is locked by ada');
  });
});

test('the page is whole by itself: no script, nothing loaded, every value escaped, light and dark', () => {
  const page = htmlReport(dangerous);
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:/);
  expect(page).not.toContain('<b>|');
  expect(page).toContain('&lt;b&gt;|');
  expect(page).toContain('prefers-color-scheme: dark');
  const open = [...page.matchAll(/<(section|details|table|tr|td|th|ul|li|p|main|header)\b/g)].length;
  const closed = [...page.matchAll(/<\/(section|details|table|tr|td|th|ul|li|p|main|header)>/g)].length;
  expect(open).toBe(closed);
});

test('a comment stays below what GitHub takes, and no value ends its block', () => {
  const values = Array.from({ length: 400 }, (_, index) => ({
    path: `p${index}`,
    before: '```',
    after: 'x'.repeat(150),
  }));
  const stacks = ['dev-a', 'dev-b'].map((name) =>
    stack(name, { changes: [change('aws_eip', { attributes: values })] }),
  );
  const text = markdownReport(planOf([...stacks, stack('dev-c')]));
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('too long for a comment');
  expect([...text.matchAll(/^```/gm)]).toHaveLength(0);
  const short = markdownReport(
    planOf([stack('dev-a', { changes: [change('aws_eip', { attributes: values.slice(0, 2) })] })]),
  );
  expect([...short.matchAll(/```/g)]).toHaveLength(2);
});

test('runbooks of losses exist, and belong to what holds data', () => {
  for (const [type, runbook] of Object.entries(runbookOfLoss)) {
    expect([type, type in stateful, existsSync(`runbooks/${runbook}.md`)]).toEqual([type, true, true]);
  }
});
