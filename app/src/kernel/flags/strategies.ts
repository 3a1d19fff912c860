import { type FlagStrategy, shareWeight } from '../../contract';
import { bucketOf, hash } from './bucket';
import type { FlagContext } from './flag-set';

/** The variant for a request; nothing where the context lacks what the strategy asks for. */
export type Decide = (context: FlagContext) => 'on' | 'off' | undefined;

/**
 * Decides what the strategies of the contract say, as flagd's interpreter does with their targeting, at a fraction of
 * its cost. Rules that somebody wrote by hand are left to flagd.
 */
export function decideBy(flag: string, rule: FlagStrategy): Decide | undefined {
  switch (rule.strategy) {
    case 'PERCENTAGE':
      return share(flag, shareWeight(rule.percentage));
    case 'USERS': {
      const users = new Set<unknown>(rule.users);
      return ({ targetingKey }) => (users.has(targetingKey) ? 'on' : 'off');
    }
    case 'GROUPS': {
      const groups = new Set<unknown>(rule.groups);
      return (context) =>
        Array.isArray(context.groups) && context.groups.some((group) => groups.has(group)) ? 'on' : 'off';
    }
    case 'GRADUAL':
      return ramp(flag, rule);
    default:
      return undefined;
  }
}

const share =
  (flag: string, weight: number): Decide =>
  ({ targetingKey }) => {
    if (!targetingKey) return undefined;
    return bucketOf(flag, targetingKey) < weight ? 'on' : 'off';
  };

function ramp(flag: string, rule: FlagStrategy & { strategy: 'GRADUAL' }): Decide {
  const { percentage = 100 } = rule;
  const [from, to] = [Date.parse(rule.start) / 1000, Date.parse(rule.end) / 1000];
  const atTheEnd = share(flag, shareWeight(percentage));
  const everything = BigInt((to - from) * 100);
  return (context) => {
    const second = Math.floor(Date.now() / 1000);
    if (second >= to) return atTheEnd(context);
    if (second < from) return 'off';
    const { targetingKey } = context;
    if (!targetingKey) return undefined;
    // Weights of a ramp use 31 bits, and the hash 32: too much for a number.
    const place = (BigInt(hash(flag + targetingKey)) * everything) >> 32n;
    return place < (second - from) * percentage ? 'on' : 'off';
  };
}
