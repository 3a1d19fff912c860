/**
 * The stateful guard: what would destroy or replace something that holds data is refused, until it is acknowledged by
 * name: HOLDFAST_ACKNOWLEDGE='prod-data/aws_db_instance.database_primary_D3810515' npm run golden
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { exampleAccountIds } from '../environments/account-schema';
import { losses, type StatefulRecord, statefulRecord } from '../tools/lib/stateful';
import { canonical, goldenFolder, updateMode } from './support/golden';
import { loaded, remove, synthesiseForTest } from './support/shipped';

const shipped = synthesiseForTest(loaded());
afterAll(() => remove(dirname(shipped.outdir)));

const file = resolve(goldenFolder, '../stateful.json');
const recorded = (): StatefulRecord => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});

test('nothing that holds data is destroyed or replaced without being acknowledged by name', () => {
  const now = statefulRecord(shipped.stacks);
  const acknowledged = (process.env.HOLDFAST_ACKNOWLEDGE ?? '').split(/[\s,]+/);
  const refused = losses(recorded(), now, exampleAccountIds).filter(
    ({ resource }) => !acknowledged.includes(resource),
  );
  expect(refused.map(({ message }) => message)).toEqual([]);
  if (updateMode() === 'all') writeFileSync(file, canonical(now));
  // What is new is recorded by `npm run golden`.
  expect(canonical(recorded())).toBe(canonical(now));
});

const before: StatefulRecord = {
  'prod-data': {
    account: '222222222222',
    resources: {
      'aws_db_instance.main': { engine: 'postgres', kms_key_id: 'a' },
      'aws_s3_bucket.logs': { bucket: 'logs' },
    },
  },
};
const after = (account: string): StatefulRecord => ({
  'prod-data': {
    account,
    resources: {
      'aws_db_instance.main': { engine: 'postgres', kms_key_id: 'b' },
      'aws_vpc.main': { cidr_block: '10.0.0.0/16' },
    },
  },
});

test('a changed property and a resource that is gone are losses; one that is new is none', () => {
  expect(losses(before, after('222222222222'), []).map(({ message }) => message)).toEqual([
    'prod-data/aws_db_instance.main would be replaced: kms_key_id "a" → "b"',
    'prod-data/aws_s3_bucket.logs would be destroyed',
  ]);
  expect(losses(before, before, [])).toEqual([]);
  expect(losses(before, {}, [])).toHaveLength(2);
});

test('who writes an own account id over the example loses nothing: nothing was deployed there', () => {
  expect(losses(before, after('999999999999'), exampleAccountIds)).toEqual([]);
  expect(losses(before, after('222222222222'), exampleAccountIds)).toHaveLength(2);
  expect(losses(before, after('999999999999'), [])).toHaveLength(2);
});

test('the record holds databases, caches, buckets, keys and networks', () => {
  const addresses = Object.values(recorded()).flatMap(({ resources }) => Object.keys(resources));
  const types = new Set(addresses.map((address) => address.split('.')[0]));
  for (const type of [
    'aws_db_instance',
    'aws_elasticache_replication_group',
    'aws_s3_bucket',
    'aws_backup_vault',
    'aws_kms_key',
    'aws_vpc',
    'aws_eks_cluster',
    'kubernetes_persistent_volume_claim_v1',
  ]) {
    expect(types).toContain(type);
  }
});
