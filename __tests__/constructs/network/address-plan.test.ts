import fc from 'fast-check';
import { addressPlan } from '../../../constructs/network/address-plan';

const range = (cidr: string) => {
  const [address = '', prefix = ''] = cidr.split('/');
  const first = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(prefix));
  return { first, last: first + size - 1, size };
};
const dotted = (n: number) => [24, 16, 8, 0].map((bits) => Math.floor(n / 2 ** bits) % 256).join('.');

/** Any aligned range of /16 to /20, and one to three zones. */
const vpc = fc.integer({ min: 16, max: 20 }).chain((prefix) =>
  fc.record({
    cidr: fc.nat(2 ** prefix - 1).map((index) => `${dotted(index * 2 ** (32 - prefix))}/${prefix}`),
    zones: fc.integer({ min: 1, max: 3 }),
  }),
);
const everything = (props: { cidr: string; zones: number }) => {
  const plan = addressPlan(props);
  return [...plan.public, ...plan.private, ...plan.database, ...plan.spare];
};

describe('an address plan', () => {
  test('for a /16', () => {
    expect(addressPlan({ cidr: '10.10.0.0/16', zones: 3 })).toEqual({
      private: ['10.10.0.0/19', '10.10.64.0/19', '10.10.128.0/19'],
      public: ['10.10.32.0/21', '10.10.96.0/21', '10.10.160.0/21'],
      database: ['10.10.40.0/21', '10.10.104.0/21', '10.10.168.0/21'],
      spare: ['10.10.192.0/18', '10.10.48.0/20', '10.10.112.0/20', '10.10.176.0/20'],
    });
  });

  test('lies inside the VPC, each part at a multiple of its size', () => {
    fc.assert(
      fc.property(vpc, (props) => {
        const whole = range(props.cidr);
        for (const part of everything(props).map(range)) {
          expect(part.first).toBeGreaterThanOrEqual(whole.first);
          expect(part.last).toBeLessThanOrEqual(whole.last);
          expect(part.first % part.size).toBe(0);
        }
      }),
    );
  });

  test('gives no address twice, and with three zones every address once', () => {
    fc.assert(
      fc.property(vpc, (props) => {
        const parts = everything(props)
          .map(range)
          .sort((a, b) => a.first - b.first);
        for (const [index, part] of parts.entries()) {
          if (index > 0) expect(part.first).toBeGreaterThan((parts[index - 1] as typeof part).last);
        }
        if (props.zones === 3) {
          expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(range(props.cidr).size);
        }
      }),
    );
  });

  test('for fewer zones is the beginning of the plan for more: a zone that is added moves nothing', () => {
    fc.assert(
      fc.property(vpc, ({ cidr, zones }) => {
        const some = addressPlan({ cidr, zones });
        const most = addressPlan({ cidr, zones: 3 });
        for (const kind of ['public', 'private', 'database'] as const) {
          expect(some[kind]).toEqual(most[kind].slice(0, zones));
        }
        expect(some.spare).toEqual(most.spare.slice(0, zones + 1));
      }),
    );
  });

  test('is the same each time, and pods get the most', () => {
    fc.assert(
      fc.property(vpc, (props) => {
        const plan = addressPlan(props);
        expect(addressPlan(props)).toEqual(plan);
        const size = (cidrs: readonly string[]) => range(cidrs[0] as string).size;
        expect(size(plan.private)).toBe(4 * size(plan.public));
        // A load balancer wants eight free addresses in a /27 at least; AWS keeps five of each subnet.
        expect(size(plan.public)).toBeGreaterThanOrEqual(128);
        expect(size(plan.database)).toBeGreaterThanOrEqual(128);
      }),
    );
  });

  test.each([
    ['10.0.0.0/15', 3, 'must be a /16 to /20'],
    ['10.0.0.0/21', 3, 'must be a /16 to /20'],
    ['10.10.3.0/16', 3, '10.10.3.0/16 must begin at 10.10.0.0'],
    ['10.300.0.0/16', 3, '10.300.0.0/16 is no IPv4 range'],
    ['anything', 3, 'anything is no IPv4 range'],
    ['10.0.0.0/16', 0, '0 zones: must be 1 to 3'],
    ['10.0.0.0/16', 4, '4 zones: must be 1 to 3'],
  ])('refuses %s with %i zones', (cidr, zones, message) => {
    expect(() => addressPlan({ cidr, zones })).toThrow(message);
  });
});
