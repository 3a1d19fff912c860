import type { Kysely } from 'kysely';
import { type FlagKey, flagKeys } from '../../contract';
import type { RestoreCheck } from '../restore-check';
import { defaultLayer, type FlagLayer, FlagSet } from './flag-set';
import { type FlagTables, readOverrides } from './store';

/** The overrides can be read, and every flag evaluates with them. */
export const flagRestoreCheck: RestoreCheck = {
  name: 'flags',
  async run({ db }) {
    const overrides = await readOverrides(db as Kysely<FlagTables>);
    const known = overrides.filter(({ key }) => (flagKeys as readonly string[]).includes(key));
    const override: FlagLayer = Object.fromEntries(
      known.map(({ key, definition }) => [key as FlagKey, definition]),
    );
    const flags = new FlagSet({ default: defaultLayer, file: {}, override });
    for (const key of flagKeys) flags.evaluate(key, { targetingKey: 'restore-check' });
    return `${flagKeys.length} flags evaluate, ${known.length} of them overridden`;
  },
};
