export interface AddressPlanProps {
  /** Range of the VPC, /16 to /20, such as 10.10.0.0/16. */
  readonly cidr: string;
  /** One to three. */
  readonly zones: number;
}

export interface AddressPlan {
  /** One per zone: load balancers and NAT gateways. */
  readonly public: readonly string[];
  /** One per zone: nodes and pods, which get an address each; the biggest. */
  readonly private: readonly string[];
  /** One per zone: databases and caches. */
  readonly database: readonly string[];
  /** Not used yet: the fourth quarter, then what each zone leaves of its own. */
  readonly spare: readonly string[];
}

/**
 * Divides a VPC. It is always laid out for three zones, each of which owns a quarter, so that a zone that is added
 * later moves nothing. For a /16, zone 1:
 *
 *     10.10.0.0/19    private    8,192 addresses: half of the quarter
 *     10.10.32.0/21   public     2,048
 *     10.10.40.0/21   database   2,048
 *     10.10.48.0/20   spare      4,096
 *
 * Every part begins at a multiple of its size. Pure: the same input always gives the same plan.
 */
export function addressPlan({ cidr, zones }: AddressPlanProps): AddressPlan {
  const { start, prefix } = parse(cidr);
  if (prefix < 16 || prefix > 20) throw new Error(`${cidr}: the VPC must be a /16 to /20`);
  if (!Number.isInteger(zones) || zones < 1 || zones > 3) throw new Error(`${zones} zones: must be 1 to 3`);
  const size = 2 ** (32 - prefix);
  const part = (zone: number, offset: number, bits: number): string =>
    `${dotted(start + zone * (size / 4) + offset * size)}/${prefix + bits}`;
  const each = (offset: number, bits: number): string[] =>
    Array.from({ length: zones }, (_, zone) => part(zone, offset, bits));
  return {
    private: each(0, 3),
    public: each(1 / 8, 5),
    database: each(5 / 32, 5),
    spare: [part(3, 0, 2), ...each(3 / 16, 4)],
  };
}

function parse(cidr: string): { start: number; prefix: number } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = (match ?? []).slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || prefix > 32) throw new Error(`${cidr} is no IPv4 range`);
  const start = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = start - (start % 2 ** (32 - prefix));
  if (start !== first) throw new Error(`${cidr} must begin at ${dotted(first)}`);
  return { start, prefix };
}

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
