/** A real terminal, which `script` of util-linux makes. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildDirectory } from './support/cache-directory';
import { type RunningService, startForCli } from './support/cli';

/** A busy machine takes seconds to open an embedded database. */
jest.setTimeout(30_000);

let running: RunningService;
beforeAll(async () => {
  running = await startForCli();
});
afterAll(() => running.close());

interface Typed {
  readonly columns?: number;
  readonly env?: Record<string, string>;
  /** What is typed when the output holds the text. */
  readonly at?: string;
  readonly type?: string;
}

async function inTerminal(argv: string, { columns = 100, env = {}, at, type = '' }: Typed = {}) {
  const command = `stty cols ${columns}; exec ${process.execPath} ${join(buildDirectory(), 'dist/main.js')} ${argv}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env.PATH, TERM: 'xterm', ...running.env, ...env },
  });
  let output = '';
  let typed = false;
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (at === undefined || typed || !output.includes(at)) return;
    typed = true;
    child.stdin.write(type);
  });
  const code = await new Promise((done) => child.once('close', done));
  return { code, output };
}

const ready = () => running.service.lifecycle.ready;

it('asks, and does what the person says', async () => {
  const no = await inTerminal('system drain', { at: '[y/N]', type: 'n\n' });
  expect(no).toMatchObject({ code: 1, output: expect.stringContaining('Nothing was changed.') });
  expect(ready()).toBe(true);
  const yes = await inTerminal('system drain', { at: '[y/N]', type: 'y\n' });
  expect(yes).toMatchObject({ code: 0, output: expect.stringContaining('not welcome') });
  expect(ready()).toBe(false);
  const end = await inTerminal('system undrain', { at: '[y/N]', type: '\u0004' });
  expect(end).toMatchObject({ code: 1, output: expect.stringContaining('Nothing was changed.') });
  expect(ready()).toBe(false);
  await inTerminal('system undrain --yes');
  expect(ready()).toBe(true);
});

it('uses colours, unless NO_COLOR says otherwise', async () => {
  expect((await inTerminal('health check')).output).toContain('\u001b[32mHEALTHY');
  expect((await inTerminal('health check', { env: { NO_COLOR: '1' } })).output).not.toContain('\u001b[');
});

it('fits tables and help into the width', async () => {
  for (const argv of ['config show', 'flags list', 'metrics summary', 'flags create --help']) {
    const { output } = await inTerminal(argv, { columns: 90 });
    const lines = stripVTControlCharacters(output).split(/\r?\n/);
    const examples = lines.indexOf('Examples:');
    const shown = examples < 0 ? lines : lines.slice(0, examples);
    expect(shown.filter((line) => [...line].length > 90)).toEqual([]);
  }
});

it('is left by Ctrl-C', async () => {
  const { code } = await inTerminal('health watch', { at: 'database', type: '\u0003' });
  expect(code).toBe(0);
});
