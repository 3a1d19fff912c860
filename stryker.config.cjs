/**
 * Mutation tests of the pure logic: `npm run mutation`, nightly; the recorded score is in docs/quality.md. Every mutant
 * is a change of one expression; one that no test notices has survived.
 */
module.exports = {
  // What decides something, without a server, a file or a clock of its own. Add a file here when its tests are fast.
  mutate: [
    'app/src/contract/{flag-rules,flag-file,settings-check,setting-kinds}.ts',
    'app/src/kernel/flags/{bucket,document,explain,flag-set,grants,strategies}.ts',
    'app/src/kernel/component-order.ts',
    'app/src/kernel/telemetry/redact.ts',
    'constructs/network/address-plan.ts',
    'environments/{address-book,cidr}.ts',
    'environments/*rules.ts',
    'tools/lib/invariants.ts',
    'tools/lib/plan/{apply-check,attributes,changes,diagnostics,gate,redact,schedule,select}.ts',
    'tools/lib/runbook/shell.ts',
  ],
  testRunner: 'jest',
  jest: { configFile: 'jest.mutation.config.cjs' },
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  // Each mutant runs against the tests that reach it. What runs once while a file loads would need a process each.
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  // TypeScript 7 has no interface for Stryker's rewriting of tsconfig.json; a file that isn't there leaves it alone.
  tsconfigFile: 'none.json',
  concurrency: 2,
  timeoutMS: 20_000,
  incremental: true,
  incrementalFile: '.cache/mutation/results.json',
  tempDirName: '.cache/mutation/sandboxes',
  ignorePatterns: ['/.cache', '/coverage', '/cdktf.out', '/dist', '/app/dist', '.holdfast', '.state'],
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
  htmlReporter: { fileName: '.cache/mutation/report.html' },
  jsonReporter: { fileName: '.cache/mutation/report.json' },
  thresholds: { high: 90, low: 80, break: 70 },
};
