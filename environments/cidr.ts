interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** First and last address of an IPv4 range, as numbers. The range must be one that the schema accepts. */
function addressRange(cidr: string): AddressRange {
  const [address = '', prefix] = cidr.split('/');
  const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');

/** 10.10.3.0/16 → 10.10.0.0 */
export const firstAddress = (cidr: string): string => dotted(addressRange(cidr).first);

export const prefixLength = (cidr: string): number => Number(cidr.split('/')[1]);

/** Whether two ranges share an address. */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [addressRange(a), addressRange(b)];
  return one.first <= other.last && other.first <= one.last;
}

/** Addresses that networks of one's own are made of (RFC 1918). */
export const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] as const;

/** Whether a range lies within the private ones. */
export const isPrivate = (cidr: string): boolean =>
  privateRanges.some((range) => overlap(cidr, range) && prefixLength(cidr) >= prefixLength(range));

/**
 * The lowest private range of a size that shares no address with what is taken; nothing where none is left. Pure: the
 * same ranges, in any order, give the same answer.
 */
export function freeRange(prefix: number, taken: readonly string[]): string | undefined {
  const size = 2 ** (32 - prefix);
  const occupied = taken.map(addressRange).sort((a, b) => a.first - b.first);
  for (const { first, last } of privateRanges.map(addressRange)) {
    let start = Math.ceil(first / size) * size;
    for (const range of occupied) {
      const meets = start <= range.last && range.first <= start + size - 1;
      // The next multiple of the size behind what is in the way.
      if (meets) start = Math.ceil((range.last + 1) / size) * size;
    }
    if (start + size - 1 <= last) return `${dotted(start)}/${prefix}`;
  }
  return undefined;
}
