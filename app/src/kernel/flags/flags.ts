import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FlagKey, type FlagValue, flagFileName, flagKeys } from '../../contract';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import { watchFile } from '../watch-file';
import { parseDocument } from './document';
import { defaultLayer, type FlagContext, type FlagDetails, type FlagLayer, FlagSet } from './flag-set';
import { writeFlagGauges } from './gauges';
import { type FlagSource, type Following, followOverrides, type Overrides } from './overrides';
import { Tally } from './tally';

/**
 * Feature flags in flagd's format, evaluated in the process. The mounted file overrides the contract's defaults, and
 * overrides that were made at run time override the file. What is broken changes nothing: the last good flags stay
 * in force.
 */
export class Flags {
  #set = new FlagSet({ default: defaultLayer, file: {}, override: {} });
  #file: FlagLayer = {};
  #fileIsRead = false;
  #overrides: Overrides | undefined;
  #following: Following | undefined;
  readonly #tally = new Tally();
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
    metrics.beforeReading(() => writeFlagGauges(this, metrics, new Date()));
  }

  /**
   * The flag's value now. Without a context only what is the same for everybody is on: shares and lists need the
   * `targetingKey`, groups need `groups`.
   */
  value<K extends FlagKey>(key: K, context?: FlagContext): FlagValue<K> {
    return this.evaluate(key, context).value as FlagValue<K>;
  }

  /** The flag's value and why it is that. Counted, as every use of a flag is. */
  evaluate(key: FlagKey, context?: FlagContext): FlagDetails {
    const details = this.#set.evaluate(key, context);
    this.#tally.count(key, details);
    return details;
  }

  /** The flags in force; not counted. */
  get set(): FlagSet {
    return this.#set;
  }

  /** How often which variant was served, by this process since it started. */
  get tally(): Tally {
    return this.#tally;
  }

  /** The overrides made at run time; nothing before `follow`. */
  get overrides(): Overrides | undefined {
    return this.#overrides;
  }

  /** Whether the flags would be valid with these overrides. @throws Error that says what is wrong */
  check(override: FlagLayer): FlagSet {
    return new FlagSet({ default: defaultLayer, file: this.#file, override });
  }

  /**
   * Takes the overrides in the database into account from now on, and follows them. Resolves after the first
   * attempt, also when the database is out of reach.
   *
   * @returns stops following; the last known overrides stay in force
   */
  async follow(source: FlagSource): Promise<() => Promise<void>> {
    this.#following = followOverrides(source, {
      log: this.log,
      metrics: this.metrics,
      flags: this,
      apply: (override) => {
        this.#set = this.check(override);
      },
    });
    this.#overrides = this.#following.overrides;
    await this.#following.ready;
    return () => this.#following?.stop() ?? Promise.resolve();
  }

  stop(): void {
    this.#stop();
  }

  #load(path: string): void {
    try {
      const { layer, unknown } = parseDocument(readFileSync(path, 'utf8'));
      const override = this.#set.layers.override;
      this.#set = new FlagSet({ default: defaultLayer, file: layer, override });
      this.#file = layer;
      this.#fileIsRead = true;
      this.metrics.holdfast_flag_file_valid.set(1);
      this.metrics.holdfast_flag_file_reloads_total.inc({ outcome: 'ok' });
      const values = Object.fromEntries(flagKeys.map((key) => [key, this.#set.evaluate(key).value]));
      this.log.info({ flags: values }, 'flag file is in force');
      if (unknown.length > 0)
        this.log.warn({ flags: unknown }, 'the flag file holds flags that are unknown here');
    } catch (error) {
      this.metrics.holdfast_flag_file_valid.set(0);
      this.metrics.holdfast_flag_file_reloads_total.inc({ outcome: 'error' });
      const inForce = this.#fileIsRead ? 'the last good file' : 'the defaults';
      const cause = (error as Error).message.slice(0, 500);
      this.log.error({ path, cause, inForce }, 'the flag file is broken and is ignored');
    }
  }
}
