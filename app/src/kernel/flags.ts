import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import {
  flags as definitions,
  type FlagDefinition,
  type FlagKey,
  type FlagValue,
  flagFileName,
} from '../contract';
import type { Logger } from './logging';
import type { Metrics } from './metrics';
import { watchFile } from './watch-file';

const flagKeys = Object.keys(definitions) as FlagKey[];
const silent = { error() {}, warn() {}, info() {}, debug() {} };

/**
 * Feature flags in flagd's format, evaluated in the process and followed as the file changes. A broken file
 * changes nothing: the last good one stays in force, or the contract's defaults where there was none yet.
 */
export class Flags {
  #core: FlagdCore | undefined;
  readonly #stop: () => void;

  /**
   * @param directory holds the file named by the contract
   * @param pollMs milliseconds between two looks at the file, default 1000
   */
  constructor(
    directory: string,
    private readonly log: Logger,
    private readonly metrics: Metrics,
    pollMs = 1000,
  ) {
    const path = join(directory, flagFileName);
    for (const outcome of ['ok', 'error']) metrics.holdfast_flag_file_reloads_total.add({ outcome }, 0);
    this.#stop = watchFile(path, () => this.#load(path), pollMs);
    this.#load(path);
  }

  /** The flag's value now; its default where the file says nothing about it. */
  value<K extends FlagKey>(key: K): FlagValue<K> {
    return (this.#core ? evaluate(this.#core, key).value : definitions[key].default) as FlagValue<K>;
  }

  stop(): void {
    this.#stop();
  }

  #load(path: string): void {
    try {
      const { core, unknown } = parseFlagFile(readFileSync(path, 'utf8'));
      this.#core = core;
      this.metrics.holdfast_flag_file_valid.set(1);
      this.metrics.holdfast_flag_file_reloads_total.inc({ outcome: 'ok' });
      const values = Object.fromEntries(flagKeys.map((key) => [key, this.value(key)]));
      this.log.info({ flags: values }, 'flag file is in force');
      if (unknown.length > 0)
        this.log.warn({ flags: unknown }, 'the flag file holds flags that are unknown here');
    } catch (error) {
      this.metrics.holdfast_flag_file_valid.set(0);
      this.metrics.holdfast_flag_file_reloads_total.inc({ outcome: 'error' });
      const inForce = this.#core ? 'the last good file' : 'the defaults';
      const cause = (error as Error).message.slice(0, 500);
      this.log.error({ path, cause, inForce }, 'the flag file is broken and is ignored');
    }
  }
}

function evaluate(core: FlagdCore, key: FlagKey) {
  const definition: FlagDefinition = definitions[key];
  const type = typeof definition.default as 'boolean' | 'number' | 'string';
  return core.resolve(type, key, definition.default, {}, silent);
}

/** @throws Error that says what is wrong with the file */
function parseFlagFile(content: string): { core: FlagdCore; unknown: string[] } {
  const storage = new MemoryStorage(silent);
  storage.setConfigurations(content, true);
  const core = new FlagdCore(storage, silent);
  for (const key of flagKeys) {
    const expected = typeof definitions[key].default;
    for (const [variant, value] of core.getFlag(key)?.variants ?? []) {
      if (typeof value !== expected) {
        throw new Error(`variant "${variant}" of flag "${key}" must be a ${expected}`);
      }
    }
    const { errorCode, errorMessage } = evaluate(core, key);
    if (errorCode !== undefined && errorCode !== 'FLAG_NOT_FOUND') {
      throw new Error(`flag "${key}" cannot be evaluated: ${errorMessage}`);
    }
  }
  return { core, unknown: [...core.getFlags().keys()].filter((key) => !(key in definitions)) };
}
