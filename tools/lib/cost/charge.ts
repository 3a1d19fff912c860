import type { Estate, PricedResource } from './estate';
import { isPriceId, type PriceId } from './prices';
import { hoursPerMonth } from './usage';

/** One thing that a resource is charged for, in a month. */
export interface Charge {
  /** Such as `instance m7g.xlarge`. */
  readonly what: string;
  readonly price: PriceId;
  /** In the price's unit. */
  readonly quantity: number;
  /** Share of the price that isn't paid, such as spot's; makes the line an unconfirmed one. Default: 0. */
  readonly discount?: number;
}

/** A thing whose price isn't in the table: listed, and never counted as nothing. */
export interface Missing {
  readonly missing: string;
}

/** What a type of resource is charged for; `free` says why it costs nothing by itself. */
export type Pricer = ((resource: PricedResource, estate: Estate) => readonly (Charge | Missing)[]) | Free;
export interface Free {
  readonly free: string;
}

export const isMissing = (item: Charge | Missing): item is Missing => 'missing' in item;

/** Running all month. */
export const allMonth = (what: string, price: PriceId, count = 1): Charge => ({
  what,
  price,
  quantity: count * hoursPerMonth,
});

/** Like `allMonth`, of a row that is named by what is configured, such as an instance type. */
export const running = (what: string, row: string, count = 1): Charge | Missing =>
  isPriceId(row)
    ? allMonth(what, row, count)
    : { missing: `${row} has no price in tools/lib/cost/prices.ts` };

export const monthly = (what: string, price: PriceId, quantity = 1): Charge => ({ what, price, quantity });
