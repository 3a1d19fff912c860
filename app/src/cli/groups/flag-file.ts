import {
  flags as definitions,
  type FlagDefinition,
  type FlagKey,
  flagKeys,
  strategyOf,
} from '../../contract';
import { parseDocument } from '../../kernel/flags/document';
import { defaultLayer, FlagSet } from '../../kernel/flags/flag-set';
import { usageError } from '../failure';
import type { Flag } from './flag-text';

export interface FlagFile {
  /** All flags, with what the file says about some of them. */
  readonly flags: readonly Flag[];
  /** Flags that the file changes. */
  readonly changed: readonly string[];
  /** Flags that this release does not know. */
  readonly unknown: readonly string[];
}

/**
 * Reads a file in flagd's format as a service would.
 *
 * @param name of the file, for messages
 * @throws CliError when a service would refuse it
 */
export function readFlagFile(content: string, name: string): FlagFile {
  try {
    const { layer, unknown } = parseDocument(content);
    const set = new FlagSet({ default: defaultLayer, file: layer, override: {} });
    const same = (key: FlagKey) => JSON.stringify(layer[key]) === JSON.stringify(defaultLayer[key]);
    return {
      flags: flagKeys.map((key) => flagOf(set, key)),
      changed: flagKeys.filter((key) => layer[key] && !same(key)),
      unknown,
    };
  } catch (error) {
    const cause = (error as Error).message.replace(/\s+/g, ' ').slice(0, 300);
    throw usageError(
      `${name} does not hold flags: ${cause.replace(/[.:]$/, '')}.`,
      'It must be in flagd\'s format, as "holdfast flags export" writes it.',
    );
  }
}

function flagOf(set: FlagSet, key: FlagKey): Flag {
  const { layer, flag } = set.entry(key);
  const definition: FlagDefinition = definitions[key];
  const { owner, description, expires, client } = definition;
  return {
    ...{ key, owner, description, expires, client: client === true, layer, state: flag.state },
    type: typeof definition.default as Flag['type'],
    strategy: strategyOf(flag) ?? { strategy: 'CUSTOM' },
    value: set.evaluate(key).value,
    version: 0,
  };
}
