import { type EvaluationContext, StandardResolutionReasons } from '@openfeature/core';
import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import {
  flags as definitions,
  type FlagKey,
  type FlagScalar,
  flagKeys,
  type RenderedFlag,
  renderFlag,
  strategyOf,
} from '../../contract';
import { type Decide, decideBy } from './strategies';

/** Where a flag's definition in force comes from; each overrides those before it. */
export const layerNames = ['default', 'file', 'override'] as const;
export type LayerName = (typeof layerNames)[number];
/** Flags in flagd's format, by key. */
export type FlagLayer = Readonly<Partial<Record<FlagKey, RenderedFlag>>>;
export type Layers = Readonly<Record<LayerName, FlagLayer>>;

/** What the request is about: `targetingKey` names the user, `groups` lists the user's groups. */
export type FlagContext = EvaluationContext;

/** An evaluation and how it came about. */
export interface FlagDetails {
  readonly value: FlagScalar;
  /** Nothing when the flag is disabled. */
  readonly variant?: string;
  readonly reason: string;
  /** The first flag that should be on and isn't. */
  readonly unmet?: string;
}

interface Entry {
  readonly key: FlagKey;
  readonly layer: LayerName;
  readonly flag: RenderedFlag;
  readonly requires: Entry[];
  /** Whether a hash of the targeting key decides. */
  readonly hashed: boolean;
  /** The answer, where it is the same for everybody. */
  constant?: FlagDetails;
  /** Where the rule is one of the contract's strategies; else flagd decides. */
  readonly fast?: { readonly decide: Decide; readonly on: FlagDetails; readonly off: FlagDetails };
}

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const everybody: FlagContext = {};

/** What the contract says, without file and overrides. */
export const defaultLayer: FlagLayer = Object.fromEntries(
  flagKeys.map((key) => [key, renderFlag(definitions[key])]),
);

/** Names of the flags that a flag needs. */
export const requirementsOf = (flag: RenderedFlag): string[] =>
  String(flag.metadata?.requires ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

/** All flags as they are in force between two changes. Immutable. */
export class FlagSet {
  readonly #core: FlagdCore;
  readonly #entries: Readonly<Record<FlagKey, Entry>>;

  /** @throws Error that says which flag is wrong, and in what */
  constructor(readonly layers: Layers) {
    const effective = flagKeys.map((key): Entry => {
      const layer = [...layerNames].reverse().find((name) => layers[name][key]) as LayerName;
      const flag = layers[layer][key] as RenderedFlag;
      const hashed = JSON.stringify(flag.targeting ?? {}).includes('"fractional"');
      return { key, layer, flag, requires: [], hashed, fast: fastOf(key, flag, hashed) };
    });
    this.#core = parseFlags(Object.fromEntries(effective.map(({ key, flag }) => [key, flag])));
    const entries: Record<string, Entry> = Object.fromEntries(effective.map((entry) => [entry.key, entry]));
    this.#entries = entries as Record<FlagKey, Entry>;
    this.#link();
    for (const entry of effective) this.#check(entry);
  }

  entry(key: FlagKey): Readonly<Entry> {
    return this.#entries[key];
  }

  evaluate(key: FlagKey, context: FlagContext = everybody): FlagDetails {
    const entry = this.#entries[key];
    return entry.constant ?? this.#evaluate(entry, context);
  }

  #evaluate(entry: Entry, context: FlagContext): FlagDetails {
    for (const required of entry.requires) {
      if (this.evaluate(required.key, context).value !== true) return off(entry, required.key);
    }
    const decided = entry.fast?.decide(context);
    return decided && entry.fast ? entry.fast[decided] : this.#interpret(entry, context);
  }

  /** A rule that fails for one context, such as a list where it wants a text, serves the code's default there. */
  #interpret(entry: Entry, context: FlagContext): FlagDetails {
    const { value, variant, reason = 'UNKNOWN', errorCode } = this.#resolve(entry.key, context);
    if (errorCode !== undefined) return { value, reason: StandardResolutionReasons.ERROR };
    return { value, variant, reason: reasonOf(reason, entry.hashed) };
  }

  #resolve(key: FlagKey, context: FlagContext) {
    const fallback: FlagScalar = definitions[key].default;
    return this.#core.resolve(
      typeof fallback as 'boolean' | 'number' | 'string',
      key,
      fallback,
      context,
      silent,
    );
  }

  /** Resolves what flags require of each other. */
  #link(): void {
    for (const entry of Object.values(this.#entries)) {
      for (const name of requirementsOf(entry.flag)) {
        const required = this.#entries[name as FlagKey] as Entry | undefined;
        if (!required) throw new Error(`flag "${entry.key}" requires "${name}", which does not exist`);
        if (typeof definitions[required.key].default !== 'boolean') {
          throw new Error(`flag "${entry.key}" requires "${name}", which is not a boolean`);
        }
        entry.requires.push(required);
      }
    }
    for (const entry of Object.values(this.#entries)) refuseCycle(entry, []);
  }

  #check(entry: Entry): void {
    const expected = typeof definitions[entry.key].default;
    for (const [variant, value] of Object.entries(entry.flag.variants)) {
      if (typeof value === expected) continue;
      throw new Error(`variant "${variant}" of flag "${entry.key}" must be a ${expected}`);
    }
    // Once for nobody in particular, so that a rule which names no variant is found before it is in force.
    const details = this.#evaluate(entry, everybody);
    const { errorMessage } = this.#resolve(entry.key, everybody);
    if (errorMessage) throw new Error(`flag "${entry.key}" cannot be evaluated: ${errorMessage}`);
    if (isConstant(entry)) entry.constant = details;
  }
}

/** @throws Error that says what is wrong with the definitions */
function parseFlags(flags: Record<string, RenderedFlag>): FlagdCore {
  const storage = new MemoryStorage(silent);
  storage.setConfigurations(JSON.stringify({ flags }), true);
  return new FlagdCore(storage, silent);
}

function refuseCycle(entry: Entry, path: readonly string[]): void {
  const chain = [...path, entry.key];
  if (path.includes(entry.key)) throw new Error(`flags require each other in a circle: ${chain.join(' → ')}`);
  for (const required of entry.requires) refuseCycle(required, chain);
}

function fastOf(key: FlagKey, flag: RenderedFlag, hashed: boolean): Entry['fast'] {
  const rule = flag.state === 'ENABLED' ? strategyOf(flag) : undefined;
  const decide = rule && decideBy(key, rule);
  const { on, off: otherwise } = flag.variants;
  if (!decide || on === undefined || otherwise === undefined) return undefined;
  const reason = reasonOf(StandardResolutionReasons.TARGETING_MATCH, hashed);
  return {
    decide,
    on: { value: on, variant: 'on', reason },
    off: { value: otherwise, variant: 'off', reason },
  };
}

/** OpenFeature tells shares from other rules; flagd does not. */
const reasonOf = (reason: string, hashed: boolean): string =>
  hashed && reason === 'TARGETING_MATCH' ? StandardResolutionReasons.SPLIT : reason;

const isConstant = (entry: Entry): boolean =>
  Object.keys(entry.flag.targeting ?? {}).length === 0 && entry.requires.every(isConstant);

function off(entry: Entry, unmet: string): FlagDetails {
  const fallback: FlagScalar = definitions[entry.key].default;
  const value = typeof fallback === 'boolean' ? false : fallback;
  return { value, variant: 'off', reason: 'PREREQUISITE', unmet };
}
