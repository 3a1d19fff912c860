import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import { type Figure, median, processorTime } from '../../tools/bench/figure';
import type { FlagKey } from '../src/contract';
import { openTestFlags } from '../test/support/flags';

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const user = { targetingKey: 'user-2', groups: ['staff'] };

const cases: readonly (readonly [name: string, key: FlagKey, context: typeof user | undefined])[] = [
  ['the same for everybody', 'caching', undefined],
  ['listed users', 'beta_ui', user],
  ['listed groups', 'remote_flags', user],
  ['a rising share', 'experimental_corrector', user],
  ['a share of the keys', 'mfa_enforcement', user],
  ['a share with a prerequisite', 'ai_suggestions', user],
];

function halfWay() {
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  return { start: at(-50), end: at(50) };
}

/** What one evaluation of a flag costs in the process, beside flagd's bare evaluator in the same run. */
export async function measure(): Promise<Figure[]> {
  const { flags, close } = openTestFlags({
    beta_ui: { strategy: 'USERS', users: ['user-1', 'user-2'] },
    remote_flags: { strategy: 'GROUPS', groups: ['support', 'staff'] },
    experimental_corrector: { strategy: 'GRADUAL', ...halfWay() },
  });
  const storage = new MemoryStorage(silent);
  const all = Object.fromEntries(cases.map(([, key]) => [key, flags.set.entry(key).flag]));
  storage.setConfigurations(JSON.stringify({ flags: all }), true);
  const core = new FlagdCore(storage, silent);
  const figures = cases.map(([name, key, context]): Figure => {
    const values = processorTime(() => flags.value(key, context));
    const bare = median(processorTime(() => core.resolve('boolean', key, false, context ?? {}, silent)));
    const note = `${(median(values) / bare).toFixed(2)} × flagd-core alone`;
    return { name: `evaluation of a flag: ${name}`, unit: 'µs', promised: 1, values, note };
  });
  close();
  return figures;
}
