/** docs/cli.md lists the command tree: `npm run golden` rewrites it, and a page that differs fails. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { updateMode } from '../../__tests__/support/golden';
import { processCli } from '../src/cli/cli';
import { examplesOf } from '../src/cli/command';
import { exitCodeMeanings } from '../src/cli/exit-codes';
import { completeProgram } from '../src/cli/program';
import { type RunningService, runHere, startForCli } from './support/cli';

/** A busy machine takes seconds to open an embedded database. */
jest.setTimeout(30_000);

const page = 'docs/cli.md';
const [begin, end] = ['<!-- commands: begin (generated) -->', '<!-- commands: end -->'] as const;

interface Leaf {
  readonly path: readonly string[];
  readonly command: Command;
}
const leavesOf = (command: Command, path: readonly string[] = []): Leaf[] =>
  command.commands.length === 0
    ? [{ path, command }]
    : command.commands.flatMap((each) => leavesOf(each, [...path, each.name()]));
const leaves = async () => leavesOf(await completeProgram(processCli()));

/** What the command line is for; further ones may come. */
const promised = [
  ...['health check', 'health history', 'health metrics', 'health watch'],
  ...['flags list', 'flags show', 'flags create', 'flags update', 'flags delete', 'flags enable'],
  ...['flags disable', 'flags rollout', 'flags explain', 'flags stats', 'flags stale'],
  ...['flags import', 'flags export'],
  ...['system status', 'system diagnostics', 'system reload', 'system drain', 'system version'],
  ...['metrics summary', 'metrics export', 'metrics top'],
  ...['errors stats', 'errors recent', 'errors show', 'errors breakers', 'errors reset-breaker'],
  ...['config show', 'config validate', 'config diff', 'config schema'],
  ...['serve', 'migrate', 'exporter', 'healthcheck', 'prepare-database', 'completion'],
];
/** Asked for their --json by a test of its own each. */
const runTheService = ['serve', 'migrate', 'exporter', 'healthcheck', 'prepare-database'];
/** On every command that talks to a service: told once, above the list. */
const common = ['--json', '--yes', '--local', '--url', '--token-file', '--timeout', '--actor'];

async function rendered(): Promise<string> {
  const program = await completeProgram(processCli());
  const codes = Object.entries(exitCodeMeanings).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  const parts = ['## Exit codes', ['| code | meaning |', '|---|---|', ...codes].join('\n')];
  for (const group of program.commands.filter(({ commands }) => commands.length > 0)) {
    parts.push(`## ${group.name()}`, group.description());
    parts.push(...leavesOf(group, [group.name()]).map(section));
  }
  const single = program.commands.filter(({ commands }) => commands.length === 0);
  parts.push('## Others', ...single.map((command) => section({ path: [command.name()], command })));
  return [begin, ...parts, end].join('\n\n');
}

function section({ path, command }: Leaf): string {
  const usage = command.registeredArguments.map((each) =>
    each.required ? ` <${each.name()}>` : ` [${each.name()}]`,
  );
  const options = command.options
    .filter(({ long }) => !common.includes(long as string))
    .map(({ flags, description, argChoices }) => {
      const choices = argChoices ? ` (${argChoices.join(', ')})` : '';
      return `- \`${flags}\`: ${description}${choices}`;
    });
  const given = command.registeredArguments.map((each) => `- \`${each.name()}\`: ${each.description}`);
  const examples = (examplesOf.get(command) ?? []).map(([text, about]) => `holdfast ${text}    # ${about}`);
  const description = command.description().charAt(0).toUpperCase() + command.description().slice(1);
  return [
    `### holdfast ${path.join(' ')}${usage.join('')}`,
    description.replace(/([^.])$/, '$1.'),
    [...given, ...options].join('\n'),
    ['```sh', ...examples, '```'].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

test('docs/cli.md has every command as the command tree has it', async () => {
  const text = readFileSync(page, 'utf8');
  const given = text.slice(text.indexOf(begin), text.indexOf(end) + end.length);
  const now = await rendered();
  if (updateMode() === 'all')
    writeFileSync(
      page,
      text.replace(given, () => now),
    );
  else expect(given).toBe(now);
});

describe('every command', () => {
  test('has help with an example, that begins with itself and names options that exist', async () => {
    for (const { path, command } of await leaves()) {
      const { code, out, err } = await runHere([...path, '--help']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(new RegExp(`^Usage: holdfast ${path.join(' ')}`));
      const examples = examplesOf.get(command) ?? [];
      expect([path, examples.length]).not.toEqual([path, 0]);
      for (const [text] of examples) {
        expect(out).toContain(`$ holdfast ${text}`);
        expect(text.startsWith(path.join(' '))).toBe(true);
        const [own = ''] = text.split(/ [|>&]/);
        const used = own.replace(/"[^"]*"/g, '').match(/(?<=\s)--?[a-z][a-z-]*/g) ?? [];
        const known = command.options.flatMap(({ long, short }) => [long, short]);
        for (const option of used) expect([text, known]).toEqual([text, expect.arrayContaining([option])]);
      }
    }
  });

  test('is one of at least thirty, and all but those that run until they are stopped show --json', async () => {
    const all = await leaves();
    expect(all.length).toBeGreaterThanOrEqual(30);
    const missing = all.filter(
      ({ command }) => !command.options.some(({ long, hidden }) => long === '--json' && !hidden),
    );
    expect(missing.map(({ path }) => path.join(' '))).toEqual(['serve', 'exporter']);
  });

  test('that was promised is there', async () => {
    const paths = (await leaves()).map(({ path }) => path.join(' '));
    expect(paths).toEqual(expect.arrayContaining(promised));
  });

  test('that changes something can be told to ask nothing', async () => {
    const changing = (await leaves()).filter(({ command }) =>
      command.options.some(({ long }) => long === '--yes'),
    );
    expect(changing.map(({ path }) => path.at(-1)).sort()).toEqual(
      [
        ...['create', 'update', 'delete', 'enable', 'disable', 'rollout', 'import'],
        ...['reload', 'drain', 'undrain', 'reset-breaker'],
        ...['restore', 'prune'],
      ].sort(),
    );
  });
});

describe('with --json', () => {
  let running: RunningService;
  beforeAll(async () => {
    running = await startForCli();
  });
  afterAll(() => running.close());

  /** What a command needs to do something, beside its name. */
  const change = ['--reason', 'a test', '--yes'];
  const further: Readonly<Record<string, readonly string[]>> = {
    'health watch': ['--for', '1'],
    'flags show': ['beta_ui'],
    'flags explain': ['beta_ui', '--for', 'u1'],
    'flags create': ['beta_ui', '--value', 'true', ...change],
    'flags update': ['beta_ui', '--value', 'false', ...change],
    'flags delete': ['beta_ui', ...change],
    'flags enable': ['compression', ...change],
    'flags disable': ['compression', ...change],
    'flags rollout': ['compression', '5', ...change],
    'flags import': [page, '--check'],
    'system reload': ['--yes'],
    'system drain': ['--yes'],
    'system undrain': ['--yes'],
    'errors show': ['no-such-id'],
    'errors reset-breaker': ['cache', '--yes'],
    'backup restore': ['postgres', '--yes'],
    'backup archive-wal': ['000000010000000000000001'],
    'backup fetch-wal': ['000000010000000000000001', 'to'],
    completion: ['bash'],
  };

  test('every command answers with one document, also when it fails', async () => {
    for (const { path } of await leaves()) {
      const name = path.join(' ');
      if (runTheService.includes(name)) continue;
      const argv = [...path, ...(further[name] ?? []), '--json'];
      const { out, code } = await runHere(argv, { env: running.env });
      // A watch says more than one thing, each on its line.
      const json = JSON.parse(name === 'health watch' ? (out.split('\n')[0] as string) : out);
      // Nothing here says where the backups are.
      const fails = ['errors show', 'flags import'].includes(name) || path[0] === 'backup';
      expect([name, typeof json, 'error' in json]).toEqual([name, 'object', fails]);
      expect([name, fails ? [1, 64, 78] : [0, 1]]).toEqual([name, expect.arrayContaining([code])]);
      const wrong = await runHere([...path, '--json', '--no-such-option'], { env: running.env });
      expect([name, wrong.code, wrong.json.error.exitCode]).toEqual([name, 64, 64]);
    }
  });

  test.each([['serve', 'all'], ['exporter']])(
    '%s says that it has none, and starts nothing',
    async (...argv) => {
      const { code, json, err } = await runHere([...argv, '--json'], { env: running.env });
      expect([code, json.error.exitCode]).toEqual([64, 64]);
      expect(err).toContain(`"holdfast ${argv[0]}" has no --json: it writes its log`);
    },
  );

  test('healthcheck tells what it found', async () => {
    const fetched = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response());
    const well = await runHere(['healthcheck', '--json']);
    fetched.mockResolvedValue(new Response(null, { status: 503 }));
    const ill = await runHere(['healthcheck', '--json']);
    fetched.mockRestore();
    expect([well.code, well.json]).toEqual([0, { probe: 'liveness', passes: true }]);
    expect(ill.code).toBe(1);
    expect(ill.json.error.message).toMatch(/\/health\/live does not pass: status 503/);
  });
});
