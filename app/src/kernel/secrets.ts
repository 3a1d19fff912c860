import { settings as definitions, type SecretSettingKey, type Settings } from '../contract';
import type { Logger } from './logging';
import { type LoadedSettings, readSecretFile } from './settings';
import { watchFile } from './watch-file';

/**
 * The secrets in force. One that is mounted as a file follows its rotation without a restart: whoever needs a
 * secret asks for `current` each time (each new connection, each signature) and keeps no copy.
 */
export class Secrets {
  readonly #current = new Map<SecretSettingKey, string | undefined>();
  readonly #previous = new Map<SecretSettingKey, string>();
  readonly #stops: (() => void)[] = [];
  readonly #looks: (() => void)[] = [];

  /** @param pollMs milliseconds between two looks at a file, default 1000 */
  constructor(loaded: LoadedSettings, log: Logger, pollMs = 1000) {
    const files = Object.entries(loaded.secretFiles) as [SecretSettingKey, string][];
    for (const key of Object.keys(definitions) as (keyof Settings)[]) {
      if (definitions[key].kind === 'secret') {
        this.#current.set(key as SecretSettingKey, loaded.settings[key as SecretSettingKey]);
      }
    }
    for (const [key, path] of files) {
      const look = () => this.#reload(key, path, log);
      this.#looks.push(look);
      this.#stops.push(watchFile(path, look, pollMs));
    }
  }

  current<K extends SecretSettingKey>(key: K): Settings[K] {
    return this.#current.get(key) as Settings[K];
  }

  /**
   * The value before the last rotation: replicas see a rotation up to a minute apart, and must understand
   * each other.
   */
  previous(key: SecretSettingKey): string | undefined {
    return this.#previous.get(key);
  }

  /** Looks at all files now. */
  reload(): void {
    for (const look of this.#looks) look();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #reload(key: SecretSettingKey, path: string, log: Logger): void {
    let value: string;
    try {
      value = readSecretFile(path);
    } catch {
      log.warn({ setting: key }, 'the file of a secret cannot be read; the last good value stays in force');
      return;
    }
    const old = this.#current.get(key);
    if (value === old) return;
    if (value === '' || !definitions[key].schema.safeParse(value).success) {
      log.warn({ setting: key }, 'the file of a secret is not valid; the last good value stays in force');
      return;
    }
    if (old !== undefined) this.#previous.set(key, old);
    this.#current.set(key, value);
    log.info({ setting: key }, 'a secret was rotated');
  }
}
