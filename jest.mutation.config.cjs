const { globalSetup: _, globalTeardown: __, ...fast } = require('./jest.config.cjs');

/**
 * The tests that mutants run against: those of the pure logic, without an embedded database (stryker.config.cjs).
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...fast,
  testMatch: [
    '__tests__/constructs/network/address-plan',
    '__tests__/contract/{drift,flag-rules,settings}',
    '__tests__/environments/{addresses,backup,network,observability,platform}',
    '__tests__/tools/{invariants,runbook-shell}',
    '__tests__/tools/plan/{apply-check,changes,diagnostics,parts,report}',
    'app/test/{components,flag-strategies,flags-contract,redact}',
  ].map((path) => `<rootDir>/${path}.test.ts`),
};
