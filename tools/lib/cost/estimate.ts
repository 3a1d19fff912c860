/** What an estate costs in a month: every resource by itself, and nothing left out silently. */
import { type Charge, isMissing, type Pricer } from './charge';
import { compute } from './compute';
import { dataServices } from './data-services';
import type { Estate, PricedResource } from './estate';
import { free, runsOnNodes } from './free';
import { networking } from './networking';
import { type PriceId, price, type Unit } from './prices';
import { isPriced } from './regions';
import { security } from './security';
import { storage } from './storage';

const pricers: Readonly<Record<string, Pricer>> = {
  ...compute,
  ...dataServices,
  ...networking,
  ...storage,
  ...security,
  ...free,
};

export interface Line {
  readonly stack: string;
  readonly address: string;
  readonly type: string;
  readonly what: string;
  readonly price: PriceId;
  readonly unit: Unit;
  readonly quantity: number;
  readonly usdPerUnit: number;
  /** US dollars a month. */
  readonly usd: number;
  /** False: no named source states this price for this region. */
  readonly confirmed: boolean;
}

/** What could not be priced, and why. */
export interface Unknown {
  readonly stack: string;
  readonly address: string;
  readonly why: string;
}

export interface Estimate {
  readonly name: string;
  readonly region: string;
  readonly lines: readonly Line[];
  readonly unknown: readonly Unknown[];
  /** Sum of all lines, US dollars a month. */
  readonly usd: number;
  /** The part of it that rests on prices that nothing confirms. */
  readonly unconfirmedUsd: number;
}

export function estimate(estate: Estate): Estimate {
  const parts = estate.resources.map((resource) => priceResource(resource, estate));
  const lines = parts.flatMap((part) => part.lines);
  return {
    name: estate.name,
    region: estate.region,
    lines,
    unknown: parts.flatMap((part) => part.unknown),
    usd: total(lines),
    unconfirmedUsd: total(lines.filter(({ confirmed }) => !confirmed)),
  };
}

export const total = (lines: readonly { readonly usd: number }[]): number =>
  lines.reduce((sum, { usd }) => sum + usd, 0);

function priceResource(
  resource: PricedResource,
  estate: Estate,
): { lines: readonly Line[]; unknown: readonly Unknown[] } {
  const { stack, address, type, values } = resource;
  const unknown = (why: string): Unknown => ({ stack, address, why });
  const pricer = pricers[type];
  if (!pricer) {
    return { lines: [], unknown: runsOnNodes(type) ? [] : [unknown(`no pricer knows ${type}`)] };
  }
  if ('free' in pricer) return { lines: [], unknown: [] };
  const region = regionOf(values) ?? estate.region;
  const items = pricer(resource, estate);
  if (items.length > 0 && !isPriced(region)) {
    return { lines: [], unknown: [unknown(`no prices of ${region}`)] };
  }
  return {
    lines: items
      .filter((item): item is Charge => !isMissing(item))
      .filter(({ quantity }) => quantity > 0)
      .map((charge) => line(resource, charge, region)),
    unknown: items.filter(isMissing).map(({ missing }) => unknown(missing)),
  };
}

/**
 * Where a resource lies that isn't where its estate does: version 6 of the provider lets it say so, and providers of other
 * regions are named after them.
 */
function regionOf(values: PricedResource['values']): string | undefined {
  if (typeof values['region'] === 'string') return values['region'];
  return /^aws\.([a-z]{2}-[a-z]+-\d)$/.exec(String(values['provider'] ?? ''))?.[1];
}

function line({ stack, address, type }: PricedResource, charge: Charge, region: string): Line {
  if (!isPriced(region)) throw new Error(`no prices of ${region}`);
  const { unit, usd, confirmed } = price(charge.price, region);
  const usdPerUnit = usd * (1 - (charge.discount ?? 0));
  return {
    stack,
    address,
    type,
    what: charge.what,
    price: charge.price,
    unit,
    quantity: charge.quantity,
    usdPerUnit,
    usd: usdPerUnit * charge.quantity,
    confirmed: confirmed && !charge.discount,
  };
}

/** Sums by a property of the lines, the dearest first. */
export function sumsBy(lines: readonly Line[], key: (line: Line) => string): [string, number][] {
  const sums = new Map<string, number>();
  for (const one of lines) sums.set(key(one), (sums.get(key(one)) ?? 0) + one.usd);
  return [...sums].sort(([, a], [, b]) => b - a);
}
