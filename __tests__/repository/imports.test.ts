/** The linter holds the directions of CONTRIBUTING.md: each wrong import is planted once, and has to be found. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { remove } from '../support/shipped';

/** From the file, the import that must not be there. */
const wrong: readonly (readonly [file: string, specifier: string])[] = [
  // The contract imports nothing of the rest.
  ['app/src/contract/a.ts', '../kernel/lifecycle'],
  ['app/src/contract/a.ts', '../modules/events'],
  ['app/src/contract/a.ts', 'fastify'],
  ['app/src/contract/a.ts', 'node:fs'],
  ['app/src/contract/a.ts', 'cdktf'],
  // The service knows no infrastructure.
  ...[
    'kernel/a.ts',
    'kernel/cache/a.ts',
    'modules/events/a.ts',
    'roles/a.ts',
    'cli/a.ts',
    'backup/a.ts',
    'exporter/a.ts',
    'main.ts',
  ].flatMap((file): [string, string][] => {
    const root = '../'.repeat(file.split('/').length + 1);
    return [
      [`app/src/${file}`, 'cdktf'],
      [`app/src/${file}`, '@cdktf/provider-aws/lib/vpc'],
      [`app/src/${file}`, `${root}stacks/data`],
      [`app/src/${file}`, `${root}constructs/core/stack`],
      [`app/src/${file}`, `${root}environments/schema`],
      [`app/src/${file}`, `${root}tools/lib/terminal`],
      [`app/src/${file}`, `${root}gates/engine`],
    ];
  }),
  // roles → modules → kernel; cli → backup → kernel.
  ['app/src/kernel/a.ts', '../modules/events'],
  ['app/src/kernel/a.ts', '../roles/gateway'],
  ['app/src/kernel/a.ts', '../cli/program'],
  ['app/src/kernel/a.ts', '../backup'],
  ['app/src/kernel/a.ts', '../exporter/exporter'],
  ['app/src/kernel/flags/a.ts', '../../modules/events'],
  ['app/src/kernel/flags/a.ts', '../../roles/gateway'],
  ['app/src/kernel/flags/a.ts', '../../backup/catalog'],
  ['app/src/backup/a.ts', '../modules/events'],
  ['app/src/backup/a.ts', '../roles/gateway'],
  ['app/src/backup/a.ts', '../cli/program'],
  ['app/src/backup/drivers/a.ts', '../../cli/program'],
  ['app/src/modules/events/a.ts', '../../roles/gateway'],
  ['app/src/modules/events/a.ts', '../../cli/program'],
  // Modules and who mounts them use what a module offers, not its insides.
  ['app/src/modules/events/a.ts', '../tasks/store'],
  ['app/src/modules/events/migrations/a.ts', '../../tasks/store'],
  ['app/src/roles/a.ts', '../modules/events/store'],
  ['app/src/cli/a.ts', '../modules/events/store'],
  // tools → stacks → constructs → contract; stacks → environments.
  ...['constructs/a.ts', 'constructs/network/a.ts', 'constructs/platform/deep/a.ts'].flatMap(
    (file): [string, string][] => {
      const root = '../'.repeat(file.split('/').length - 1);
      return [
        [file, `${root}stacks/data`],
        [file, `${root}environments/schema`],
        [file, `${root}environments`],
        [file, `${root}main`],
        [file, `${root}tools/lib/terminal`],
        [file, `${root}gates/engine`],
        [file, `${root}app/src/kernel/settings`],
        [file, `${root}app/src/contract/metrics`],
        [file, '@cdktf/provider-aws'],
        [file, '@cdktf/provider-aws/lib'],
      ];
    },
  ),
  ['stacks/a.ts', '../tools/lib/terminal'],
  ['stacks/a.ts', '../gates/engine'],
  ['stacks/a.ts', '../main'],
  ['stacks/a.ts', '../app/src/kernel/settings'],
  ['stacks/a.ts', '@cdktf/provider-kubernetes'],
  ['environments/a.ts', '../stacks/data'],
  ['environments/a.ts', '../constructs/network/vpc'],
  ['environments/a.ts', '../tools/lib/terminal'],
  ['environments/a.ts', '../gates/engine'],
  ['environments/a.ts', '../main'],
  ['environments/a.ts', 'cdktf'],
  ['environments/a.ts', '../app/src/kernel/settings'],
  ['gates/a.ts', '../tools/lib/terminal'],
  ['gates/engine/a.ts', '../../tools/lib/terminal'],
  ['gates/engine/a.ts', '../../main'],
];

/** What is right, of each direction once: a rule that forbids everything would pass the test above. */
const right: readonly (readonly [file: string, specifier: string])[] = [
  ['app/src/contract/a.ts', './metrics'],
  ['app/src/contract/a.ts', 'zod'],
  ['app/src/kernel/a.ts', '../contract'],
  ['app/src/kernel/flags/a.ts', '../../contract'],
  ['app/src/backup/a.ts', '../kernel/settings'],
  ['app/src/modules/events/a.ts', '../../kernel/http'],
  ['app/src/modules/events/a.ts', '../tasks'],
  ['app/src/modules/events/a.ts', './store'],
  ['app/src/roles/a.ts', '../modules/events'],
  ['app/src/cli/a.ts', '../backup'],
  ['constructs/network/a.ts', '../../app/src/contract'],
  ['constructs/network/a.ts', '../core/stack'],
  ['constructs/network/a.ts', '@cdktf/provider-aws/lib/vpc'],
  ['stacks/a.ts', '../environments/schema'],
  ['stacks/a.ts', '../constructs/core/stack'],
  ['environments/a.ts', '../app/src/contract'],
  ['environments/a.ts', './schema'],
  ['tools/a.ts', '../stacks/data'],
  ['tools/lib/a.ts', '../../gates/engine'],
];

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-imports-')));
afterAll(() => remove(folder));

/** Lines with a wrong import, as `file:line`; each import is a line of its file. */
const complaints = new Set<string>();
const place = new Map<string, string>();
const key = (file: string, specifier: string) => `${file} imports ${specifier}`;

beforeAll(() => {
  const lines = new Map<string, string[]>();
  for (const [file, specifier] of [...wrong, ...right]) {
    const text = lines.get(file) ?? [];
    text.push(`import '${specifier}';`);
    lines.set(file, text);
    place.set(key(file, specifier), `${file}:${text.length}`);
  }
  for (const [file, text] of lines) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), `${text.join('\n')}\n`);
  }
  cpSync('biome.json', join(folder, 'biome.json'));
  const { stdout } = spawnSync(
    resolve('node_modules/.bin/biome'),
    ['lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none', '.'],
    { cwd: folder, encoding: 'utf8' },
  );
  for (const [, file, line] of stdout.matchAll(/file=([^,]+),line=(\d+)/g))
    complaints.add(`${relative(folder, file ?? '')}:${line}`);
});

test.each(wrong.map((pair) => [key(...pair)]))('refused: %s', (pair) => {
  expect(complaints).toContain(place.get(pair));
});

test.each(right.map((pair) => [key(...pair)]))('allowed: %s', (pair) => {
  expect(complaints).not.toContain(place.get(pair));
});
