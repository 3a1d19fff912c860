const { createRequire } = require('node:module');
const Runtime = require('jest-runtime').default;

/**
 * Packages that all test files of a process share. jest loads every package anew for each file, which was half of the
 * time of `npm test` (cdktf and its providers alone take a second). These keep nothing that one file could spoil for
 * the next, and hand out nothing that is told apart by `instanceof Date` or the like: what belongs to the test's own
 * world (fast-check's dates, process.env as the AWS SDK reads it) must not be among them.
 */
const shared =
  /^(cdktf|constructs|@cdktf\/provider-\w+|@grafana\/grafana-foundation-sdk|zod|yaml|commander|fastify|@fastify\/compress|ajv|ajv-formats|@electric-sql\/pglite|kysely|pg|ioredis|pino|prom-client|cockatiel)(\/|$)/;

/** @type {typeof import('jest-runtime').default} */
class SharingRuntime extends Runtime {
  requireModuleOrMock(from, name) {
    return shared.test(name) ? createRequire(from)(name) : super.requireModuleOrMock(from, name);
  }
}

module.exports = { __esModule: true, default: SharingRuntime };
