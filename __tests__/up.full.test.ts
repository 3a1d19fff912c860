/** `npm run up` as a newcomer types it: the table, the service on its probes, a round trip of events, Ctrl-C. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { managementPaths, ports, probes, routes } from '../app/src/contract';
import root from '../package.json';
import { containerOf } from '../tools/lib/local-pod';
import { defaultReport } from '../tools/lib/report/write';
import { readStack } from '../tools/lib/stack-json';

let child: ChildProcess | undefined;
let output = '';
afterEach(() => child?.kill('SIGKILL'));

async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seconds: number,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline || child?.exitCode !== null) throw new Error(`${what} never came:\n${output}`);
    await sleep(100);
  }
}

/** The named commands of docs/quickstart.md. */
const quickstart = (): { name: string; command: string }[] =>
  [...readFileSync('docs/quickstart.md', 'utf8').matchAll(/^```sh \{"name":"([\w-]+)"\}\n(.*?)^```$/gms)].map(
    ([, name = '', command = '']) => ({ name, command }),
  );

const management = `http://127.0.0.1:${ports.management}`;
const api = `http://127.0.0.1:${ports.public}`;

test('prints what was synthesised, runs the service, and stops it gracefully', async () => {
  // What `npm run up` runs; npm itself would answer Ctrl-C with a signal instead of the exit code.
  const [node, ...args] = root.scripts.up.split(' ');
  expect(node).toBe('node');
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  await until('the ready line', () => output.includes('Holdfast is ready after'), 120);
  expect(output).toMatch(/environment +stack +resources +checks +time +resources by kind/);
  for (const row of ['dev', 'staging', 'prod']) expect(output).toMatch(new RegExp(`^${row} +app`, 'm'));
  expect(output).toMatch(/^local +app/m);

  await until('the report', () => /report +\S+\.holdfast\/report\.html/.test(output), 30);
  expect(readFileSync(defaultReport, 'utf8')).toContain('id="resources-local-app"');

  for (const probe of Object.values(probes)) {
    expect((await fetch(management + probe.path)).status).toBe(200);
  }
  expect(await (await fetch(management + managementPaths.health)).json()).toMatchObject({
    state: 'running',
    role: 'all',
    environment: containerOf(readStack('cdktf.out', 'local-app'), 'holdfast-all').env.HOLDFAST_ENVIRONMENT,
  });

  const name = `up-${process.pid}-${Date.now()}`;
  const sent = await fetch(api + routes.ingestEvents.path, {
    method: routes.ingestEvents.method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      events: [
        { name, value: 2 },
        { name, value: 40 },
      ],
    }),
  });
  expect([sent.status, await sent.json()]).toEqual([202, { accepted: 2, rejected: [] }]);
  type Answer = { aggregates: { count: number; sum: number }[] };
  let answer: Answer = { aggregates: [] };
  await until(
    'the aggregate',
    async () => {
      // The limit differs from call to call, so that no answer comes from the cache.
      const limit = 1 + (Date.now() % 900);
      answer = (await (
        await fetch(`${api}${routes.queryAggregates.path}?name=${name}&limit=${limit}`)
      ).json()) as Answer;
      return answer.aggregates.reduce((sum, row) => sum + row.count, 0) === 2;
    },
    30,
  );
  expect(answer.aggregates.reduce((sum, row) => sum + row.sum, 0)).toBe(42);

  // What a newcomer is told to type, as it stands in the page; what is installed and synthesised is so already.
  for (const { name: step, command } of quickstart().filter(({ name }) => name !== 'install')) {
    const run = spawnSync('bash', ['-e', '-c', command], { encoding: 'utf8', timeout: 60_000 });
    const told = { step, status: run.status, output: `${run.stdout}${run.stderr}` };
    expect(told).toMatchObject({ step, status: 0 });
    if (step === 'send') expect(run.stdout).toContain('"accepted":2');
    if (step === 'query') expect(run.stdout).toContain('"aggregates"');
    if (step === 'health') expect(run.stdout).toContain('HEALTHY');
  }

  // Ctrl-C reaches every process in the terminal's group.
  process.kill(-(child.pid as number), 'SIGINT');
  const code = await new Promise((done) => child?.once('exit', done));
  expect(output).toContain('Stopped.');
  expect(code).toBe(0);
}, 300_000);
