import fc from 'fast-check';
import { addressPlan } from '../../constructs/network/address-plan';
import { addressConflicts } from '../../environments/address-book';
import { freeRange, isPrivate, overlap, prefixLength } from '../../environments/cidr';
import { type AwsEnvironmentInput, awsEnvironmentSchema } from '../../environments/schema';
import { adopted } from '../constructs/aws-fixture';
import { dev, prod } from '../support/environments';

const dotted = (n: number) => [24, 16, 8, 0].map((bits) => Math.floor(n / 2 ** bits) % 256).join('.');
/** Any aligned range in 10.0.0.0/8. */
const range = fc
  .integer({ min: 9, max: 24 })
  .chain((prefix) =>
    fc
      .nat(2 ** (prefix - 8) - 1)
      .map((index) => `${dotted(10 * 2 ** 24 + index * 2 ** (32 - prefix))}/${prefix}`),
  );
const conflicts = (...environments: AwsEnvironmentInput[]) =>
  addressConflicts(
    environments.map((one) => awsEnvironmentSchema.parse(one)),
    [],
  );
const withNetwork = (network: object, more: object = {}) => ({
  ...dev,
  ...more,
  network: { ...dev.network, ...network },
});

describe('a free range', () => {
  test('is private, of the size that was asked for, and nobody’s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 24 }), fc.array(range, { maxLength: 30 }), (prefix, taken) => {
        const free = freeRange(prefix, taken);
        // 172.16.0.0/12 holds nothing of these, so there is always one.
        expect(free).toBeDefined();
        expect(isPrivate(free as string)).toBe(true);
        expect(prefixLength(free as string)).toBe(prefix);
        expect(taken.filter((other) => overlap(free as string, other))).toEqual([]);
        expect(freeRange(prefix, [...taken].reverse())).toBe(free);
      }),
    );
  });

  test('is the lowest that there is, and none where none is left', () => {
    expect(freeRange(16, [])).toBe('10.0.0.0/16');
    expect(freeRange(16, ['10.0.0.0/16', '10.1.128.0/20'])).toBe('10.2.0.0/16');
    expect(freeRange(16, ['10.0.0.0/8'])).toBe('172.16.0.0/16');
    expect(freeRange(16, ['10.0.0.0/8', '172.16.0.0/12', '192.168.77.0/24'])).toBeUndefined();
  });

  test('for each environment and its second region: whatever is planned in them never overlaps', () => {
    const network = fc.record({
      prefix: fc.integer({ min: 16, max: 20 }),
      recoveryPrefix: fc.integer({ min: 16, max: 20 }),
      zones: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(network, { minLength: 1, maxLength: 6 }),
        fc.array(range, { maxLength: 4 }),
        (all, kept) => {
          const taken = [...kept];
          const take = (prefix: number): string => {
            const cidr = freeRange(prefix, taken) as string;
            taken.push(cidr);
            return cidr;
          };
          const parts = all.flatMap(({ prefix, recoveryPrefix, zones }) =>
            [take(prefix), take(recoveryPrefix)].flatMap((cidr) => {
              const plan = addressPlan({ cidr, zones });
              const subnets = [...plan.public, ...plan.private, ...plan.database, ...plan.spare];
              expect(subnets.every((subnet) => overlap(subnet, cidr))).toBe(true);
              return subnets;
            }),
          );
          for (const [index, part] of parts.entries()) {
            expect([...parts.slice(0, index), ...kept].some((other) => overlap(part, other))).toBe(false);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the address book', () => {
  const keeper = { ...prod, network: { ...prod.network, recoveryCidr: '10.31.0.0/16' } };

  test('keeps a range for a second region, from others and from the environment itself', () => {
    expect(conflicts(keeper, dev)).toEqual([]);
    expect(conflicts(keeper, withNetwork({ cidr: '10.31.0.0/20' }))).toEqual([
      'environments/dev.ts: network.cidr 10.31.0.0/20 must not overlap with 10.31.0.0/16 of environments/prod.ts (network.recoveryCidr); 10.0.0.0/20 is free',
    ]);
    expect(conflicts(withNetwork({ recoveryCidr: '10.10.0.0/16' }))).toEqual([
      expect.stringContaining('network.recoveryCidr 10.10.0.0/16 must not overlap with 10.10.0.0/16'),
    ]);
  });

  test('gives it to the environment that is built in that region, and to no other', () => {
    const recovery = (cidr: string, region: string) =>
      withNetwork(
        {
          cidr,
          zones: [`${region}a`, `${region}b`],
        },
        { name: 'recovery', region },
      );
    expect(conflicts(keeper, recovery('10.31.0.0/16', 'eu-central-1'))).toEqual([]);
    expect(conflicts(recovery('10.31.0.0/16', 'eu-central-1'), keeper)).toEqual([]);
    // Not here, not a part of it, not twice.
    expect(conflicts(keeper, recovery('10.31.0.0/16', 'eu-west-1'))).toHaveLength(1);
    expect(conflicts(keeper, recovery('10.31.0.0/17', 'eu-central-1'))).toHaveLength(1);
    const second = { ...recovery('10.31.0.0/16', 'eu-central-1'), name: 'second' };
    expect(conflicts(keeper, recovery('10.31.0.0/16', 'eu-central-1'), second)).toHaveLength(1);
  });

  test('knows every range of an existing VPC, and what others use', () => {
    expect(conflicts(adopted, withNetwork({ cidr: '10.99.0.0/16' }))).toEqual([
      expect.stringContaining('of environments/adopted.ts (network.existing.cidr)'),
    ]);
    expect(
      addressConflicts(
        [awsEnvironmentSchema.parse(dev)],
        [
          { cidr: '10.10.4.0/24', for: 'office' },
          { cidr: '10.200.0.0/16', for: 'data centre' },
        ],
      ),
    ).toEqual([
      'environments/dev.ts: network.cidr 10.10.0.0/16 must not overlap with 10.10.4.0/24 of environments/reserved.ts (reserved[0]); 10.0.0.0/16 is free',
    ]);
  });
});
