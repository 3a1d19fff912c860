import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlagOverrides, flagFileName, renderFlagFile } from '../../src/contract';
import { freePort } from './servers';

export interface TestEnvironment {
  /** Variables of a complete `local` environment. */
  readonly env: Record<string, string>;
  readonly directory: string;
  /** Replaces the flag file by the contract's, with these overrides. */
  setFlags(overrides: FlagOverrides): void;
  remove(): void;
}

/** Settings, a flag file and a place for the embedded database, in a folder of their own. */
export function testEnvironment(changes: Record<string, string> = {}): TestEnvironment {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  const setFlags = (overrides: FlagOverrides) =>
    writeFileSync(join(directory, flagFileName), JSON.stringify(renderFlagFile(overrides)));
  setFlags({});
  return {
    env: {
      HOLDFAST_ENVIRONMENT: 'local',
      HOLDFAST_TIER: 'local',
      HOLDFAST_FLAGS_DIRECTORY: directory,
      HOLDFAST_RUN_DIRECTORY: join(directory, 'run'),
      HOLDFAST_DATABASE_ENGINE: 'pglite',
      HOLDFAST_DATABASE_DIRECTORY: join(directory, 'database'),
      HOLDFAST_CACHE_ENGINE: 'memory',
      HOLDFAST_DRAIN_DELAY_SECONDS: '0',
      // What has no database is to be seen at once.
      HOLDFAST_DATABASE_WAIT_SECONDS: '0',
      ...changes,
    },
    directory,
    setFlags,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Settings for a database and a cache on ports where nobody listens. */
export async function unreachable(): Promise<Record<string, string>> {
  return onServers({ port: await freePort() }, { port: await freePort() });
}

/** Settings for a PostgreSQL and a Redis server of the tests. */
export function onServers(postgres: { port: number }, redis: { port: number }): Record<string, string> {
  return {
    HOLDFAST_DATABASE_ENGINE: 'postgres',
    HOLDFAST_DATABASE_HOST: '127.0.0.1',
    HOLDFAST_DATABASE_PORT: String(postgres.port),
    HOLDFAST_DATABASE_AUTH: 'password',
    HOLDFAST_DATABASE_PASSWORD: 'any-password',
    HOLDFAST_DATABASE_TLS: 'disable',
    HOLDFAST_CACHE_ENGINE: 'valkey',
    HOLDFAST_CACHE_HOST: '127.0.0.1',
    HOLDFAST_CACHE_PORT: String(redis.port),
    HOLDFAST_CACHE_AUTH: 'none',
    HOLDFAST_CACHE_TLS: 'off',
  };
}
