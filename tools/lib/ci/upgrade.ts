import { resourcesOf, type StackJson } from '../stack-json';
import type { BreakingChange } from './breaking';

/** The golden files of a release, by stack: `dev-network`. */
export type Goldens = Readonly<Record<string, StackJson>>;

interface Moved {
  readonly from?: string;
  readonly to?: string;
}

/**
 * Addresses that a release had and the program no longer has, although nothing moves them and no breaking change names them: an
 * upgrade would destroy them without having said so. Whole stacks that are gone are reported as one.
 */
export function silentLosses(
  before: Goldens,
  after: Goldens,
  announced: readonly BreakingChange[],
): string[] {
  const told = announced.flatMap(({ gone }) => gone).map(pattern);
  return Object.entries(before).flatMap(([stack, old]) => {
    const now = after[stack];
    if (!now) return told.some((one) => one.test(stack)) ? [] : [`${stack}: the whole stack is gone`];
    const is = new Set(resourcesOf(now).map(({ address }) => address));
    const moved = new Set(((now as { moved?: readonly Moved[] }).moved ?? []).map(({ from }) => from));
    return resourcesOf(old)
      .filter(({ mode, address }) => mode === 'managed' && !is.has(address) && !moved.has(address))
      .map(({ address }) => `${stack}/${address}`)
      .filter((address) => !told.some((one) => one.test(address)));
  });
}

const pattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
