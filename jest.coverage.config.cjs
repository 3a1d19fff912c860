const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const everything = require('./jest.full.config.cjs');

/** Per cent of lines, functions and branches that the tests of a folder, with what lies below it, have to reach. */
const least = 85;

/** What is held: each folder of these, so that a new one is held too. Commands in tools/ run in processes of their own. */
const parts = ['stacks', 'constructs', 'environments', 'gates', 'tools/lib', 'app/src'];

/** Not counted, because it runs only in processes of its own; by the test that starts them. docs/quality.md says why. */
const elsewhere = {
  '__tests__/plan-life.full.test.ts':
    'tools/lib/plan/{apply-command,apply-stacks,make-plan,plan-command,plan-stack,session,terraform}.ts',
  '__tests__/drill.full.test.ts': 'tools/lib/drill/{command,drills/*}.ts',
  '__tests__/tools/access/access.full.test.ts': 'tools/lib/access/*.ts',
  '__tests__/up.full.test.ts': 'tools/lib/{embedded-database,run-synth,service-log}.ts',
  'app/test/backup-pitr.full.test.ts': 'app/src/backup/{wal,drivers/base,drivers/recovery-server}.ts',
  'app/test/cli-process.full.test.ts':
    'app/src/{main,cli/exporter,cli/migrate,cli/prepare-database,cli/serve}.ts',
  'app/test/service.test.ts': 'app/src/kernel/diagnostics/write-manifest.ts',
};

/** Nothing in them is counted. */
const uncounted = ['tools/lib/access', 'tools/lib/drill/drills'];

function foldersWithCode(folder) {
  const entries = readdirSync(join(__dirname, folder), { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersWithCode(`${folder}/${name}`));
  const counts = entries.some(({ name }) => name.endsWith('.ts')) && !uncounted.includes(folder);
  return counts ? [folder, ...below] : below;
}

/**
 * What all tests reach, those with servers and Terraform and the nightly ones too, counted together: `npm run coverage`
 * (docs/quality.md says what is left out). Processes that tests start are not counted.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...everything,
  // A file outside roots is left out, not counted as 0 %.
  roots: [...new Set([...everything.roots, '<rootDir>/gates'])],
  testMatch: ['**/*.test.ts'],
  collectCoverageFrom: [
    `{${parts.join()}}/**/*.ts`,
    '!gates/**/*.test.ts',
    ...Object.values(elsewhere).map((glob) => `!${glob}`),
  ],
  coverageReporters: ['text', 'lcov', 'json-summary'],
  coverageThreshold: Object.fromEntries(
    // A path with its slash counts as a whole; a glob would be held file by file.
    parts
      .flatMap(foldersWithCode)
      .map((folder) => [`./${folder}/`, { lines: least, functions: least, branches: least }]),
  ),
};
