import fc from 'fast-check';
import { volumesOf } from '../../../tools/lib/cost/compute';
import { processors } from '../../../tools/lib/cost/data-services';
import type { Estate, PricedResource } from '../../../tools/lib/cost/estate';
import { estimate, sumsBy, total } from '../../../tools/lib/cost/estimate';
import { price, priceIds } from '../../../tools/lib/cost/prices';
import { referenceRows } from '../../../tools/lib/cost/reference';
import { pricedRegions } from '../../../tools/lib/cost/regions';
import { savings } from '../../../tools/lib/cost/savings';
import { usageOf } from '../../../tools/lib/cost/usage';

const resource = (type: string, values: PricedResource['values'] = {}, name = 'one'): PricedResource => ({
  stack: 'dev-data',
  type,
  address: `${type}.${name}`,
  values,
});
const estate = (resources: readonly PricedResource[], region = 'eu-west-1'): Estate => ({
  name: 'dev',
  region,
  usage: usageOf('development'),
  resources,
});

const database = (storage: number, more = {}) =>
  resource('aws_db_instance', {
    instance_class: 'db.t4g.medium',
    allocated_storage: storage,
    backup_retention_period: 1,
    ...more,
  });

const anyEstate = fc
  .array(
    fc.oneof(
      fc
        .record({ nodes: fc.integer({ min: 0, max: 50 }), gib: fc.integer({ min: 20, max: 500 }) })
        .map(({ nodes }) =>
          resource('aws_eks_node_group', {
            instance_types: ['m7g.large'],
            scaling_config: { min_size: nodes },
          }),
        ),
      fc.integer({ min: 20, max: 5_000 }).map((gib) => database(gib)),
      fc.constant(resource('aws_nat_gateway')),
      fc.constant(resource('aws_kms_key')),
      fc.constant(resource('aws_made_up_thing')),
    ),
    { maxLength: 12 },
  )
  .map((resources) => estate(resources.map((one, index) => ({ ...one, address: `${one.type}.r${index}` }))));

describe('the arithmetic', () => {
  test('no line is negative, and sums equal the total', () => {
    fc.assert(
      fc.property(anyEstate, (all) => {
        const made = estimate(all);
        expect(made.lines.every(({ usd }) => usd >= 0)).toBe(true);
        expect(made.usd).toBeCloseTo(total(made.lines), 6);
        const byStack = sumsBy(made.lines, ({ stack }) => stack).reduce((sum, [, part]) => sum + part, 0);
        expect(byStack).toBeCloseTo(made.usd, 6);
        expect(made.unconfirmedUsd).toBeLessThanOrEqual(made.usd + 1e-9);
      }),
    );
  });

  test('is linear in counts: n times the nodes cost n times as much', () => {
    const cost = (nodes: number) =>
      estimate(
        estate([
          resource('aws_eks_node_group', {
            instance_types: ['m7g.large'],
            scaling_config: { min_size: nodes },
          }),
        ]),
      ).usd;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 9 }), (nodes, times) => {
        expect(cost(nodes * times)).toBeCloseTo(cost(nodes) * times, 6);
      }),
    );
  });

  test('every line is its price times its quantity', () => {
    fc.assert(
      fc.property(anyEstate, (all) => {
        for (const line of estimate(all).lines)
          expect(line.usd).toBeCloseTo(line.usdPerUnit * line.quantity, 9);
      }),
    );
  });
});

describe('what is not known is said', () => {
  test('a type that no pricer knows', () => {
    expect(estimate(estate([resource('aws_made_up_thing')])).unknown).toEqual([
      { stack: 'dev-data', address: 'aws_made_up_thing.one', why: 'no pricer knows aws_made_up_thing' },
    ]);
  });

  test('an instance type without a price, beside what has one', () => {
    const made = estimate(estate([database(20, { instance_class: 'db.x9.huge' })]));
    expect(made.unknown.map(({ why }) => why)).toEqual([
      'rds.db.x9.huge has no price in tools/lib/cost/prices.ts',
    ]);
    expect(made.lines.map(({ price: id }) => id)).toContain('rds.storage.gp3');
  });

  test('a region without prices, the resource’s own before the environment’s', () => {
    const made = estimate(estate([{ ...resource('aws_nat_gateway'), values: { region: 'sa-east-1' } }]));
    expect(made).toMatchObject({ usd: 0, unknown: [{ why: 'no prices of sa-east-1' }] });
  });

  test('a provider of another region is named after it', () => {
    const made = estimate(
      estate([{ ...resource('aws_nat_gateway'), values: { provider: 'aws.us-east-1' } }]),
    );
    expect(made.lines[0]?.usdPerUnit).toBe(0.045);
  });

  test('objects of the cluster run on its nodes, but for volumes', () => {
    const claim = { spec: { resources: { requests: { storage: '10Gi' } } } };
    const made = estimate(
      estate([
        resource('kubernetes_deployment_v1'),
        resource('kubernetes_persistent_volume_claim_v1', claim),
      ]),
    );
    expect(made.unknown).toEqual([]);
    expect(made.lines.map(({ quantity, price: id }) => [quantity, id])).toEqual([[10, 'ebs.gp3']]);
  });
});

describe('what resources cost', () => {
  const of = (...resources: readonly PricedResource[]) =>
    estimate(estate(resources)).lines.map(({ what, quantity }) => [what, Number(quantity.toFixed(2))]);

  test('a standby costs as much again, storage included', () => {
    expect(of(database(50, { multi_az: true }))).toEqual([
      ['db.t4g.medium, two zones', 1_460],
      ['50 GiB storage, two zones', 100],
      ['automated backups beyond the free ones', 0.5],
    ]);
  });

  test('a replica has its source’s storage', () => {
    const replica = resource(
      'aws_db_instance',
      { instance_class: 'db.t4g.medium', replicate_source_db: '${aws_db_instance.one.identifier}' },
      'two',
    );
    expect(of(database(50), replica)).toContainEqual(['50 GiB storage', 50]);
    expect(of(database(50), replica).filter(([what]) => what === '50 GiB storage')).toHaveLength(2);
  });

  test('nodes bring their template’s disks', () => {
    const template = resource('aws_launch_template', {
      block_device_mappings: [{ ebs: { volume_size: 60 } }],
    });
    const group = resource('aws_eks_node_group', {
      instance_types: ['m7g.large'],
      scaling_config: { min_size: 3 },
      launch_template: { id: '${aws_launch_template.one.id}' },
    });
    expect(of(template, group)).toEqual([
      ['3 × m7g.large', 2_190],
      ['60 GiB disk', 180],
    ]);
  });

  test('spot nodes cost less than the same on demand, and never count as confirmed', () => {
    const group = (capacity: string) =>
      resource('aws_eks_node_group', {
        instance_types: ['t4g.medium'],
        scaling_config: { min_size: 1 },
        capacity_type: capacity,
      });
    const [onDemand] = estimate(estate([group('ON_DEMAND')])).lines;
    const [spot] = estimate(estate([group('SPOT')])).lines;
    expect(spot?.usd).toBeCloseTo((onDemand?.usd ?? 0) * 0.4, 6);
    expect([onDemand?.confirmed, spot?.confirmed]).toEqual([true, false]);
    expect(savings(estimate(estate([group('SPOT')]))).map(({ name }) => name)).toEqual([]);
  });

  test('an endpoint is paid per zone, a gateway endpoint not at all', () => {
    const endpoint = { vpc_endpoint_type: 'Interface', subnet_ids: ['a', 'b', 'c'] };
    expect(of(resource('aws_vpc_endpoint', endpoint))).toEqual([['3 zones', 2_190]]);
    expect(of(resource('aws_vpc_endpoint', { vpc_endpoint_type: 'Gateway' }))).toEqual([]);
  });

  test('volumes of a chart, times the replicas above them', () => {
    expect(
      volumesOf({
        prometheus: { replicas: 2, spec: { resources: { requests: { storage: '20Gi', cpu: 1 } } } },
        cache: { persistence: { enabled: false, size: '5Gi' } },
        store: { nodeSets: [{ count: 3, claims: [{ resources: { requests: { storage: '7Gi' } } }] }] },
      }),
    ).toEqual([20, 20, 7, 7, 7]);
  });

  test.each([
    ['db.t4g.medium', 2],
    ['db.m7g.large', 2],
    ['db.m7g.xlarge', 4],
    ['db.r7g.4xlarge', 16],
  ])('%s has %i processors', (kind, count) => expect(processors(kind)).toBe(count));
});

test('prices are positive everywhere, and dear regions are no cheaper than us-east-1', () => {
  for (const id of priceIds) {
    const [first, ...others] = pricedRegions.map((region) => price(id, region).usd);
    for (const other of others) expect([id, other >= (first ?? 0)]).toEqual([id, true]);
    expect(first).toBeGreaterThan(0);
  }
});

test('savings never exceed what they are taken off', () => {
  fc.assert(
    fc.property(anyEstate, (all) => {
      for (const { of, usd } of savings(estimate(all))) expect(usd).toBeLessThanOrEqual(of);
    }),
  );
});

test('what arm64 saves is counted from the same machine on x86_64', () => {
  const group = (type: string) =>
    resource('aws_eks_node_group', { instance_types: [type], scaling_config: { min_size: 1 } });
  const saving = (type: string) =>
    savings(estimate(estate([group(type)]))).find(({ name }) => name.startsWith('Graviton'));
  expect(saving('m7i.large')?.usd).toBeCloseTo((0.1124 - 0.0911) * 730, 6);
  expect(saving('m7g.large')).toMatchObject({ name: 'Graviton, in use' });
});

test('the reference configuration comes to what its lines come to', () => {
  const rows = referenceRows();
  const database = rows.find(({ what }) => what.startsWith('db.t3.medium'));
  expect(database?.usd).toBeCloseTo(0.072 * 2 * 730 + 0.115 * 200, 6);
  expect(rows.every(({ usd }) => usd > 0)).toBe(true);
});
