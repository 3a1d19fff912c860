/** What the jobs write to GitHub: comments, issues, pull requests. */
import { commentBody, marker, putComment } from '../../../tools/lib/ci/comment';
import { driftReport, findDrift, isAlarming, keepIssue } from '../../../tools/lib/ci/drift';
import { author, githubOf } from '../../../tools/lib/ci/github';
import { propose } from '../../../tools/lib/ci/pull-request';
import type { Plan, ResourceChange, StackPlan } from '../../../tools/lib/plan/model';
import { githubStandIn } from './github-stand-in';

const bot = { login: author };
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});
async function standIn(answers: Parameters<typeof githubStandIn>[0]) {
  const made = await githubStandIn(answers);
  close = made.close;
  return made;
}

describe('the comment of an environment', () => {
  test('is made once, and overwritten after that', async () => {
    const first = await standIn({ 'GET /issues/7/comments': [], 'POST /issues/7/comments': { id: 1 } });
    expect(await putComment(first.github, 7, 'dev', 'text')).toBe('made');
    await first.close();
    const second = await standIn({
      'GET /issues/7/comments': [
        { id: 3, user: { login: 'mallory' }, body: `${marker('dev')}\nmine` },
        { id: 4, user: bot, body: `${marker('prod')}\n` },
        { id: 5, user: bot, body: `${marker('dev')}\n` },
      ],
      'PATCH /issues/comments/5': {},
    });
    expect(await putComment(second.github, 7, 'dev', 'text')).toBe('overwritten');
    expect(second.writes()).toEqual(['PATCH /issues/comments/5']);
    expect(second.asked.every(({ authorization }) => authorization === 'Bearer a-token')).toBe(true);
  });

  test('is looked for on every page', async () => {
    const others = Array.from({ length: 100 }, (_, id) => ({ id, user: bot, body: 'x' }));
    const { github, writes } = await standIn({
      'GET /issues/7/comments': ({ path }: { path: string }) =>
        path.includes('page=2') ? [{ id: 500, user: bot, body: marker('dev') }] : others,
      'PATCH /issues/comments/500': {},
    });
    await putComment(github, 7, 'dev', 'text');
    expect(writes()).toEqual(['PATCH /issues/comments/500']);
  });

  test('begins with its marker, says what it is, and fits', () => {
    const body = commentBody({
      environment: 'dev',
      report: 'x'.repeat(70_000),
      label: 'No plan.',
      url: 'http://run',
    });
    expect(body.startsWith(`${marker('dev')}\n> No plan.\n`)).toBe(true);
    expect(body).toContain('[The run and its artifacts](http://run)');
    expect(body.length).toBeLessThan(65_536);
  });
});

const change = (address: string, cause: ResourceChange['cause']): ResourceChange => ({
  ...{ address, type: 'aws_x', kind: 'update', cause, stateful: false },
  attributes: [{ path: 'size', before: '1', after: '2' }],
});
const stack = (name: string, more: Partial<StackPlan>): StackPlan => ({
  ...{ name, status: 'changes', dependencies: [], changes: [], drift: [], outputs: [], waitsFor: [] },
  ...{ provisional: [], problems: [], synthesis: '', milliseconds: 0 },
  ...more,
});
const plan = (...stacks: StackPlan[]): Pick<Plan, 'stacks'> => ({ stacks });

describe('drift', () => {
  const reverted = { address: 'aws_x.a', kind: 'changed', reverted: true, attributes: [] } as const;

  test('is told from configuration that waits, by the cause', () => {
    const found = findDrift(
      plan(
        stack('dev-network', {
          changes: [
            change('aws_x.a', 'drift'),
            change('aws_x.b', 'configuration'),
            change('aws_x.c', 'both'),
          ],
          drift: [reverted],
        }),
        stack('dev-data', { status: 'pending' }),
        stack('dev-app', { status: 'failed', problems: ['no credentials'] }),
      ),
    );
    expect(found.drift.map(({ drift }) => drift.address)).toEqual(['aws_x.a', 'aws_x.c']);
    expect(found.pending.map((one) => one.change.address)).toEqual(['aws_x.b', 'aws_x.c']);
    expect([found.never, found.failed]).toEqual([
      ['dev-data'],
      [{ stack: 'dev-app', problems: ['no credentials'] }],
    ]);
    const report = driftReport('dev', found);
    expect(report).toContain('### Changed outside of Terraform (2)');
    expect(report).toContain('no drift (2)');
    expect(report).toContain('**dev-app**: no credentials');
    expect(report).toContain('Never deployed: dev-data.');
  });

  const waits = findDrift(plan(stack('dev-network', { changes: [change('aws_x.b', 'configuration')] })));
  const drifts = findDrift(plan(stack('dev-network', { drift: [reverted] })));
  const issue = { number: 9, user: bot, body: '<!-- holdfast-drift: dev -->\n' };

  test('opens one issue, brings it up to date, and closes it', async () => {
    expect([isAlarming(waits), isAlarming(drifts)]).toEqual([false, true]);
    const none = await standIn({ 'GET /issues': [], 'POST /issues': { number: 9 } });
    expect(await keepIssue(none.github, 'dev', waits)).toBe('nothing');
    expect(await keepIssue(none.github, 'dev', drifts)).toBe('opened');
    expect(none.asked.at(-1)?.body?.title).toBe('Drift in dev: 1 changed outside of Terraform');
    await none.close();
    const open = await standIn({
      'GET /issues': [{ ...issue, number: 8, user: { login: 'mallory' } }, issue],
      'PATCH /issues/9': {},
      'POST /issues/9/comments': {},
    });
    expect(await keepIssue(open.github, 'dev', drifts)).toBe('updated');
    expect(await keepIssue(open.github, 'dev', waits)).toBe('closed');
    expect(open.writes()).toEqual(['PATCH /issues/9', 'POST /issues/9/comments', 'PATCH /issues/9']);
    expect(open.asked.at(-1)?.body).toMatchObject({ state: 'closed' });
    expect(await keepIssue(open.github, 'staging', waits)).toBe('nothing');
  });
});

describe('a proposal', () => {
  const base = {
    'GET /git/ref/heads/main': { object: { sha: 'c0' } },
    'GET /git/commits/c0': { tree: { sha: 't0' } },
    'POST /git/trees': { sha: 't1' },
    'POST /git/commits': { sha: 'c1' },
    'POST /git/refs': {},
    'POST /pulls': { number: 12 },
    'PATCH /pulls/11': {},
  };
  const proposal = { branch: 'promote/dev', base: 'main', title: 't', body: 'b', files: { 'a.json': '{}' } };

  test('is a commit upon the base, on a branch of its own, with a pull request', async () => {
    const { github, asked, writes } = await standIn({
      ...base,
      'PATCH /git/refs/heads/promote/dev': { status: 422, message: 'Reference does not exist' },
      'GET /pulls': [],
    });
    expect(await propose(github, proposal)).toBe(12);
    expect(writes()).toEqual([
      'POST /git/trees',
      'POST /git/commits',
      'PATCH /git/refs/heads/promote/dev',
      'POST /git/refs',
      'POST /pulls',
    ]);
    expect(asked.find(({ path }) => path === '/git/trees')?.body).toMatchObject({
      base_tree: 't0',
      tree: [{ path: 'a.json', content: '{}', mode: '100644' }],
    });
    expect(
      asked.find(({ method, path }) => method === 'POST' && path === '/git/commits')?.body?.parents,
    ).toEqual(['c0']);
  });

  test('overwrites the one that is open', async () => {
    const { github, writes } = await standIn({
      ...base,
      'PATCH /git/refs/heads/promote/dev': {},
      'GET /pulls': [{ number: 11 }],
    });
    expect(await propose(github, proposal)).toBe(11);
    expect(writes()).toContain('PATCH /pulls/11');
    expect(writes()).not.toContain('POST /pulls');
  });
});

test('what GitHub refuses is one sentence, with what to look at', async () => {
  const { github } = await standIn({ 'POST /issues': { status: 403, message: 'Resource not accessible' } });
  await expect(github.request('POST', '/issues', {})).rejects.toThrow(
    /^GitHub answered 403 to POST \/issues: Resource not accessible; the job’s permissions/,
  );
  expect(() => githubOf({})).toThrow('GITHUB_REPOSITORY and GITHUB_TOKEN have to be set');
});
