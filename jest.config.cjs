// ESM-only packages reached through require(): swc compiles them to CommonJS (Node < 24.9 needs it).
const esmOnly = 'jose';

/** @type {import('jest').Config} Tests that need neither a server nor Terraform: `npm test`. */
module.exports = {
  testEnvironment: 'node',
  // All cores: jest's default leaves one idle, which on two is half of them.
  maxWorkers: '100%',
  // Against what hangs, not against what is slow: nothing here is a timed test, and machines are busy at times.
  testTimeout: 30_000,
  // Every folder that coverage must see: a file outside roots is left out, not counted as 0 %.
  roots: ['__tests__', 'gates', 'stacks', 'constructs', 'environments', 'tools', 'app/src', 'app/test'].map(
    (dir) => `<rootDir>/${dir}`,
  ),
  globalSetup: '<rootDir>/app/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/app/test/support/global-teardown.ts',
  resolver: '<rootDir>/jest.resolver.cjs',
  runtime: '<rootDir>/jest.runtime.cjs',
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.(full|nightly)\\.test\\.ts$'],
  transform: {
    '^.+\\.ts$': '@swc/jest',
    [`/node_modules/(?:${esmOnly})/.+\\.js$`]: '@swc/jest',
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esmOnly})/)`],
  collectCoverageFrom: ['{gates,stacks,constructs,environments,tools,app/src}/**/*.ts', '!app/src/main.ts'],
  coverageProvider: 'v8',
  coverageReporters: ['text', 'lcov'],
};
