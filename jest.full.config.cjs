/** @type {import('jest').Config} Tests against real servers and Terraform: `npm run test:full`. */
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['**/*.full.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // They share servers, ports and the provider cache, and two cores.
  maxWorkers: 1,
};
