/** `npm run ci` as the jobs call it, in a checkout with a saved plan, against a stand-in of GitHub. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { githubStandIn } from './github-stand-in';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const image = (letter: string) => `registry/holdfast@${digest(letter)}`;
const plan = {
  format: 1,
  createdAt: '2026-11-21T12:00:00.000Z',
  asked: ['dev'],
  destroy: false,
  terraform: { name: 'terraform', version: '1.11.4' },
  stacks: [
    {
      ...{
        name: 'dev-app',
        status: 'changes',
        synthesis: 'x',
        dependencies: [],
        provisional: [],
        outputs: [],
      },
      ...{ waitsFor: [], problems: [], milliseconds: 1 },
      drift: [{ address: 'aws_x.a', kind: 'changed', reverted: false, attributes: [] }],
      changes: [
        {
          ...{
            address: 'kubernetes_deployment_v1.gateway',
            type: 'kubernetes_deployment_v1',
            kind: 'update',
          },
          ...{ cause: 'configuration', stateful: false },
          attributes: [{ path: 'spec.template.spec.container.image', before: image('1'), after: image('2') }],
        },
      ],
    },
  ],
};

const tsx = pathToFileURL(require.resolve('tsx')).href;
const tool = resolve('tools/ci.ts');
let folder: string;
let github: Awaited<ReturnType<typeof githubStandIn>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-ci-'));
  const plans = join(folder, '.holdfast/plans/2026-11-21T12-00-00.000Z');
  for (const one of [plans, join(folder, 'environments/dev')]) mkdirSync(one, { recursive: true });
  writeFileSync(join(plans, 'plan.json'), JSON.stringify(plan));
  writeFileSync(join(plans, 'report.md'), '## Plan of dev\n');
  writeFileSync(join(folder, 'environments/dev/images.json'), `{ "service": "${digest('2')}" }\n`);
  github = await githubStandIn({
    'GET /issues/7/comments': [],
    'POST /issues/7/comments': {},
    'GET /issues': [],
    'POST /issues': {},
  });
});
afterEach(async () => {
  await github.close();
  rmSync(folder, { recursive: true });
});

const ci = (...args: string[]) =>
  new Promise<{ status: number; stdout: string; stderr: string }>((done) => {
    const env = { PATH: process.env.PATH, ...github.env, GITHUB_OUTPUT: join(folder, 'output') };
    execFile(
      process.execPath,
      ['--import', tsx, tool, ...args],
      { cwd: folder, env },
      (error, stdout, stderr) =>
        done({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });

test('a comment is the report of the newest plan of the environment', async () => {
  const { status, stdout } = await ci('comment', 'dev', '--pull', '7', '--label', 'Not all.');
  expect([status, stdout]).toEqual([0, expect.stringContaining('comment of dev: made')]);
  expect(github.asked.at(-1)?.body?.body).toMatch(
    /^<!-- holdfast-plan: dev -->\n> Not all\.\n\n## Plan of dev/,
  );
  expect(await ci('comment', 'prod', '--pull', '7')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('a plan of prod in .holdfast/plans is missing'),
  });
});

test('drift opens an issue, and says what only waits', async () => {
  expect((await ci('drift', 'dev')).stdout).toContain('issue of dev: opened');
  expect(github.asked.at(-1)?.body?.body).toMatch(/aws_x\.a[\s\S]*no drift \(1\)/);
});

test('a roll-back puts the former digest into images.json, once', async () => {
  expect(await ci('rollback', 'dev')).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder, 'environments/dev/images.json'), 'utf8')).toBe(
    `{ "service": "${digest('1')}" }\n`,
  );
  expect(readFileSync(join(folder, 'output'), 'utf8')).toBe(`digest=${digest('1')}\nbroken=${digest('2')}\n`);
  expect(await ci('rollback', 'staging')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('mend it forward'),
  });
});
