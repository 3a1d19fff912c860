import {
  settings as definitions,
  type SettingKey,
  type SettingSection,
  type Settings,
  sectionOf,
  settingKeys,
} from '../contract';
import { Listeners } from './listeners';
import type { Logger } from './logging';
import type { Metrics } from './metrics';
import type { Secrets } from './secrets';
import {
  type Environment,
  type LoadedSettings,
  type LocatedProblem,
  problemLine,
  readSettings,
  type SettingSource,
} from './settings';
import { parseSettingsFile } from './settings-file';
import { watchFile } from './watch-file';

type Value = Settings[SettingKey];

/** A setting as people may see it: a secret's value never is. */
export interface SettingReport {
  readonly setting: SettingKey;
  readonly section: SettingSection;
  /** Value in force, `[redacted]` for a secret, null where there is none. */
  readonly value: string | number | null;
  readonly source: SettingSource;
  readonly secret: boolean;
  readonly reloadable: boolean;
  /** Another value is waiting for the next start. */
  readonly needsRestart: boolean;
  readonly description: string;
}
/** Values as in a report. */
export interface SettingChange {
  readonly setting: SettingKey;
  readonly from: string | number | null;
  readonly to: string | number | null;
  readonly reloadable: boolean;
}
export type ReloadOutcome =
  | {
      readonly ok: true;
      /** In force from now on. */
      readonly applied: readonly SettingChange[];
      /** Left as they are until the process is started again. */
      readonly needsRestart: readonly SettingChange[];
      readonly warnings: readonly string[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly LocatedProblem[];
      readonly warnings: readonly string[];
    };

/**
 * The settings in force. A reload reads everything again and checks it as a whole: either all of it is good and every
 * reloadable change applies at once, or nothing changes at all.
 */
export class SettingsStore {
  /** Always the values in force: read from it each time what has to follow a reload. */
  readonly settings: Settings;
  readonly #current: Record<SettingKey, Value>;
  #sources: Readonly<Record<SettingKey, SettingSource>>;
  #waiting = new Set<SettingKey>();
  readonly #listeners: Listeners<readonly SettingKey[]>;
  #stopWatching: () => void = () => {};

  constructor(
    loaded: LoadedSettings,
    private readonly env: Environment,
    private readonly secrets: Secrets,
    private readonly log: Logger,
    private readonly metrics: Metrics,
  ) {
    this.#current = { ...loaded.settings };
    this.#sources = loaded.sources;
    this.settings = liveView(this.#current);
    this.#listeners = new Listeners((error) => log.error({ err: error }, 'a listener to settings failed'));
    for (const outcome of ['ok', 'error']) metrics.holdfast_settings_reloads_total.add({ outcome }, 0);
  }

  /** Follows the file. @param pollMs milliseconds between two looks, default 1000 */
  watch(pollMs = 1000): void {
    const path = this.env.HOLDFAST_CONFIG_FILE;
    if (path) this.#stopWatching = watchFile(path, () => this.reload('the file changed'), pollMs);
  }
  stop(): void {
    this.#stopWatching();
  }

  /** Tells of the keys that a reload has changed, after all of them are in force. @returns ends it */
  onChange(listener: (changed: readonly SettingKey[]) => void): () => void {
    return this.#listeners.add(listener);
  }

  describe(): SettingReport[] {
    return settingKeys.map((setting) => {
      const { kind, reloadable, description } = definitions[setting];
      return {
        setting,
        section: sectionOf(setting),
        value: shown(setting, this.#current[setting]),
        source: this.#sources[setting],
        secret: kind === 'secret',
        reloadable,
        needsRestart: this.#waiting.has(setting),
        description,
      };
    });
  }

  /** @param reason who asks, for the log */
  reload(reason: string): ReloadOutcome {
    const outcome = readSettings(this.env);
    this.metrics.holdfast_settings_reloads_total.inc({ outcome: outcome.ok ? 'ok' : 'error' });
    if (!outcome.ok) {
      const problems = outcome.problems.map(problemLine);
      this.log.error({ reason, problems }, 'the settings were not reloaded: they are not valid');
      return outcome;
    }
    const changes = this.#changes(outcome);
    const applied = changes.filter(({ reloadable }) => reloadable);
    const needsRestart = changes.filter(({ reloadable }) => !reloadable);
    for (const { setting } of applied) this.#current[setting] = outcome.settings[setting];
    this.#waiting = new Set(needsRestart.map(({ setting }) => setting));
    const generated = settingKeys.filter((key) => this.#sources[key].kind === 'generated');
    const kept = [...this.#waiting, ...generated].map((key) => [key, this.#sources[key]]);
    this.#sources = { ...outcome.sources, ...Object.fromEntries(kept) };
    this.secrets.reload();
    const warnings = outcome.warnings;
    this.log.info({ reason, applied, needsRestart, warnings }, 'the settings were reloaded');
    if (applied.length > 0) this.#listeners.tell(applied.map(({ setting }) => setting));
    return { ok: true, applied, needsRestart, warnings };
  }

  /** What a reload would do, without doing it. @param content stands for the file's; default: what is on the disk */
  preview(content?: string): ReloadOutcome {
    const file = content === undefined ? undefined : parseSettingsFile(content);
    const outcome = readSettings(this.env, file);
    if (!outcome.ok) return outcome;
    const changes = this.#changes(outcome);
    return {
      ok: true,
      applied: changes.filter(({ reloadable }) => reloadable),
      needsRestart: changes.filter(({ reloadable }) => !reloadable),
      warnings: outcome.warnings,
    };
  }

  /** Secrets are followed by themselves, and are nobody's business. */
  #changes({ settings }: LoadedSettings): SettingChange[] {
    return settingKeys
      .filter((key) => definitions[key].kind === 'plain' && settings[key] !== this.#current[key])
      .map((setting) => ({
        setting,
        from: shown(setting, this.#current[setting]),
        to: shown(setting, settings[setting]),
        reloadable: definitions[setting].reloadable,
      }));
  }
}

const shown = (key: SettingKey, value: Value): string | number | null => {
  if (value === undefined) return null;
  return definitions[key].kind === 'secret' ? '[redacted]' : value;
};

/** Reads through to what is current. A secret comes from its start here; `Secrets` follows it. */
function liveView(current: Record<SettingKey, Value>): Settings {
  const properties = settingKeys.map((key) => [key, { enumerable: true, get: () => current[key] }]);
  return Object.defineProperties({}, Object.fromEntries(properties)) as Settings;
}
