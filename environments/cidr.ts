/** First and last address of an IPv4 range, as numbers. The range must be one that the schema accepts. */
function addressRange(cidr: string): { readonly first: number; readonly last: number } {
  const [address = '', prefix] = cidr.split('/');
  const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

/** 10.10.3.0/16 → 10.10.0.0 */
export const firstAddress = (cidr: string): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(addressRange(cidr).first / 2 ** bits) % 256).join('.');

/** Whether two ranges share an address. */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [addressRange(a), addressRange(b)];
  return one.first <= other.last && other.first <= one.last;
}
