import type { FlagKey, RenderedFlag } from '../../contract';
import { flags as definitions } from '../../contract';
import type { Channel } from '../cache';
import type { Database } from '../database';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import { ValidationProblem } from '../problems';
import type { FlagLayer } from './flag-set';
import type { Flags } from './flags';
import {
  type Change,
  type FlagTables,
  type Override,
  type RecordedChange,
  readChanges,
  readOverrides,
  writeChanges,
} from './store';

export interface FlagSource {
  readonly database: Database;
  /** Announces changes to the other processes. Without one, and while it is down, they find them by polling. */
  readonly channel?: Channel;
  /** Milliseconds between two looks at the database, default 5000. */
  readonly pollMs?: number;
}

interface Context {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly flags: Flags;
  /** @throws Error when the overrides are not valid */
  readonly apply: (override: FlagLayer) => void;
}

/** Overrides of flags at run time. */
export interface Overrides {
  /** As last read; the database may be out of reach since. */
  current(): ReadonlyMap<string, Override>;
  /**
   * Checks, stores, applies and announces changes: all or none.
   *
   * @throws Problem VAL_BODY when the flags would not be valid, RES_VERSION_CONFLICT, RES_FLAG_READ_ONLY
   */
  change(changes: readonly Change[]): Promise<void>;
  /** The newest changes first. */
  history(query: { readonly key?: string; readonly limit: number }): Promise<RecordedChange[]>;
}

export interface Following {
  readonly overrides: Overrides;
  /** Resolves after the first attempt to read. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/** Reads the overrides now, whenever a change is announced, and every `pollMs`. */
export function followOverrides(source: FlagSource, context: Context): Following {
  const { log, metrics, flags } = context;
  const db = source.database.tables<FlagTables>();
  let current: ReadonlyMap<string, Override> = new Map();
  let signature = '[]';
  let complaint: string | undefined;
  let running: Promise<void> | undefined;
  let again = false;

  /** Never rejects. Announcements that come while it reads make it read once more. */
  const refresh = (): Promise<void> => {
    again = running !== undefined;
    running ??= read().finally(() => {
      running = undefined;
      if (again) void refresh();
    });
    return running;
  };
  const read = async () => {
    try {
      const rows = await readOverrides(db);
      const seen = JSON.stringify(rows.map(({ key, version }) => [key, version]));
      if (seen !== signature) context.apply(layerOf(rows));
      if (seen !== signature)
        log.info({ overrides: rows.map(({ key }) => key) }, 'flag overrides are in force');
      signature = seen;
      current = new Map(rows.map((row) => [row.key, row]));
      complaint = undefined;
      metrics.holdfast_flag_overrides_fresh.set(1);
      metrics.holdfast_flag_overrides.set(rows.length);
    } catch (error) {
      const cause = (error as Error).message.slice(0, 500);
      metrics.holdfast_flag_overrides_fresh.set(0);
      if (cause !== complaint)
        log.warn({ cause }, 'flag overrides cannot be read; the last known stay in force');
      complaint = cause;
    }
  };
  const tick = () => {
    flags.tally.report((flag, variant, count) =>
      metrics.holdfast_flag_evaluations_total.add({ flag, variant }, count),
    );
    void refresh();
  };
  const timer = setInterval(tick, source.pollMs ?? 5000);
  timer.unref();
  const unsubscribe = source.channel?.subscribe(() => void refresh());

  return {
    ready: refresh(),
    overrides: {
      current: () => current,
      async change(changes) {
        check(flags, current, changes);
        await writeChanges(db, changes);
        // What was being read may be from before the change.
        await running;
        await refresh();
        if (flags.value('audit_logging')) {
          for (const { after, ...change } of changes)
            log.info({ ...change, audit: true }, 'a flag was changed');
        }
        if (flags.value('flag_announcements')) await source.channel?.publish('changed');
      },
      history: (query) => readChanges(db, query),
    },
    async stop() {
      clearInterval(timer);
      unsubscribe?.();
      again = false;
      await running;
    },
  };
}

const layerOf = (rows: Iterable<{ key: string; definition: RenderedFlag }>): FlagLayer =>
  Object.fromEntries(
    // A newer release may have flags that this one doesn't know.
    [...rows]
      .filter(({ key }) => Object.hasOwn(definitions, key))
      .map(({ key, definition }) => [key, definition]),
  );

/** Refuses what would make the flags invalid before it is stored. */
function check(flags: Flags, current: ReadonlyMap<string, Override>, changes: readonly Change[]): void {
  const layer: Partial<Record<FlagKey, RenderedFlag>> = { ...layerOf(current.values()) };
  for (const { key, after } of changes) {
    if (after) layer[key as FlagKey] = after;
    else delete layer[key as FlagKey];
  }
  try {
    flags.check(layer);
  } catch (error) {
    throw new ValidationProblem('VAL_BODY', { detail: (error as Error).message.slice(0, 500) });
  }
}
