import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Settings } from '../../contract';
import { openNode } from '../../kernel/cache/connection';
import { exitCodes, StartError } from '../../kernel/start-error';
import { damaged } from '../format/container';
import type { Backup } from '../format/metadata';
import { findProgram, runProgram } from '../programs';
import { attempt, type CheckResult } from '../verification';
import { type Driver, drain, type Found } from './driver';
import { offerSnapshot } from './valkey-primary';
import { receiveSnapshot, type WireLogin } from './valkey-wire';

/** Seconds for a server to load what it was given, after it has all of it. */
const loadSeconds = 600;

/** The memory of one self-managed Valkey or Redis server, by the protocol between a primary and its replica. */
export class ValkeyServer implements Driver {
  readonly overwrites = true;

  /** @param serverOf asked for when it is needed: looking at a backup needs no settings of a server */
  constructor(private readonly serverOf: () => { readonly settings: Settings; readonly login: WireLogin }) {}

  get target(): string {
    const { HOLDFAST_CACHE_HOST: host, HOLDFAST_CACHE_PORT: port } = this.#settings;
    return `${host}:${port}`;
  }

  get #settings(): Settings {
    const { settings } = this.serverOf();
    if (settings.HOLDFAST_CACHE_AUTH === 'iam') {
      throw new StartError(
        'ElastiCache forbids copying its memory. Use "holdfast backup create elasticache --source <replication group>".',
        exitCodes.usage,
      );
    }
    if (settings.HOLDFAST_CACHE_MODE === 'cluster') {
      throw new StartError(
        'The nodes of a cluster are saved one by one. For each primary, set HOLDFAST_CACHE_HOST to it and ' +
          'HOLDFAST_CACHE_MODE=standalone.',
        exitCodes.usage,
      );
    }
    // The service takes a slow answer for a miss; here it is none.
    return { ...settings, HOLDFAST_CACHE_COMMAND_TIMEOUT_MS: 10_000 };
  }

  async create(_: string, save: (content: AsyncIterable<Buffer>) => Promise<void>): Promise<Found> {
    const found = await this.#connected(async (redis) => ({
      serverVersion: infoOf(await redis.info('server'), /^(?:valkey|redis)_version:(\S+)/m) ?? 'unknown',
      keys: countKeys(await redis.info('keyspace')),
    }));
    await save(receiveSnapshot(this.#settings, this.serverOf().login));
    return found;
  }

  async inspect(backup: Backup, content: AsyncIterable<Buffer>, deep: boolean): Promise<CheckResult[]> {
    if (deep) return [await checkFile(backup, content)];
    let start = Buffer.alloc(0);
    for await (const part of content) {
      if (start.length < 16) start = Buffer.concat([start, part]);
    }
    const [, version] = /^(?:REDIS|VALKEY)(\d+)/.exec(start.toString('latin1')) ?? [];
    if (version === undefined) throw damaged(backup.id, 'it is no RDB file');
    return [{ name: 'snapshot', ok: true, detail: `an RDB file of version ${Number(version)}` }];
  }

  restore(backup: Backup, content: AsyncIterable<Buffer>): Promise<CheckResult[]> {
    return this.#connected(async (redis) => {
      const host = (redis.stream as { localAddress?: string }).localAddress ?? '127.0.0.1';
      const primary = await offerSnapshot(content, host);
      try {
        await redis.call('REPLICAOF', host, String(primary.port));
        const loaded = this.#loaded(redis);
        // When the content breaks off, nobody waits for it any more.
        loaded.catch(() => {});
        await Promise.race([primary.sent.then(() => loaded), loaded]);
      } catch (error) {
        await drain(content).catch(() => {});
        throw error;
      } finally {
        // Also when it failed: it would go on asking us for ever.
        await redis.call('REPLICAOF', 'NO', 'ONE');
        primary.close();
      }
      return [await this.#countAgain(redis, backup), await this.#roundTrip(redis)];
    });
  }

  async #loaded(redis: Redis): Promise<void> {
    const deadline = Date.now() + loadSeconds * 1000;
    while (Date.now() < deadline) {
      const info = await redis.info('replication').catch((error) => {
        // It answers nothing else while it loads.
        if (/^LOADING/.test((error as Error).message)) return '';
        throw error;
      });
      if (infoOf(info, /^master_link_status:(\w+)/m) === 'up') return;
      await sleep(100);
    }
    throw new StartError(
      `${this.target} did not load the snapshot within ${loadSeconds} s. It must reach this machine; its log says more.`,
    );
  }

  #countAgain(redis: Redis, { keys }: Backup): Promise<CheckResult> {
    return attempt('keys', async () => {
      const found = countKeys(await redis.info('keyspace'));
      if (found === 0 && keys) throw new Error(`there are no keys; the backup held ${keys}`);
      return `${found} keys; when it was saved there were ${keys}, some of which may have expired`;
    });
  }

  #roundTrip(redis: Redis): Promise<CheckResult> {
    return attempt('round trip', async () => {
      const key = '{holdfast}:restore-check';
      await redis.set(key, 'here', 'EX', 60);
      const found = await redis.getdel(key);
      if (found !== 'here') throw new Error(`a key was written, and ${found ?? 'nothing'} was read`);
      return 'a key was written, read and removed';
    });
  }

  async #connected<Result>(work: (redis: Redis) => Promise<Result>): Promise<Result> {
    const redis = openNode(this.#settings, this.serverOf().login);
    let cause: Error | undefined;
    redis.on('error', (error: Error) => {
      cause = error;
    });
    try {
      await redis.connect();
      return await work(redis);
    } catch (error) {
      if (error instanceof StartError) throw error;
      const { message } = cause ?? (error as Error);
      throw new StartError(
        `${this.target}: ${message}. See HOLDFAST_CACHE_HOST, HOLDFAST_CACHE_PORT, HOLDFAST_CACHE_PASSWORD_FILE and --login.`,
      );
    } finally {
      redis.disconnect();
    }
  }
}

/** By the server's own checker. The file is on this machine's disk meanwhile, readable by its owner alone. */
async function checkFile(backup: Backup, content: AsyncIterable<Buffer>): Promise<CheckResult> {
  const checker = findProgram(['valkey-check-rdb', 'redis-check-rdb']);
  if (!checker) {
    throw new StartError(
      'Neither valkey-check-rdb nor redis-check-rdb was found. Install the server’s tools (Debian: valkey-tools, redis-tools).',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
  try {
    const file = join(folder, 'dump.rdb');
    await writeFile(file, content, { mode: 0o600 });
    const said = await runProgram(checker, [file]);
    const keys = infoOf(said, /(\d+) keys read/);
    if (!/RDB looks OK/.test(said)) throw damaged(backup.id, said.trim().split('\n').at(-1) ?? '');
    return { name: 'rehearsal', ok: true, detail: `the checker read ${keys} keys and found no error` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const infoOf = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
/** Of all databases. */
const countKeys = (info: string): number =>
  [...info.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
