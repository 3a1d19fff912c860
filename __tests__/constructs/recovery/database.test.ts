import { active, pairOf, second, standby } from '../../support/recovery';
import { type Json, list } from '../aws-fixture';

const before = standby();
const after = active();
const database = (stacks: Readonly<Record<string, Json>>): Json => {
  const found = Object.entries<Json>(stacks['second-data'].resource.aws_db_instance).filter(
    ([, { identifier }]) => identifier === 'holdfast-second',
  );
  expect(found).toHaveLength(1);
  const [id, block] = found[0] as [string, Json];
  return { id, ...block };
};

describe('while it stands by', () => {
  test('there is the network and the database, and nothing that would need a cluster', () => {
    expect(Object.keys(before).filter((name) => name.startsWith('second-'))).toEqual([
      'second-network',
      'second-data',
    ]);
    expect(Object.keys(before['second-data'].data.terraform_remote_state)).toEqual(['network']);
    expect(before['second-data'].resource.aws_elasticache_replication_group).toBeUndefined();
  });

  test('the database follows the other one by its name, encrypted with a key of its own region', () => {
    expect(database(before)).toMatchObject({
      replicate_source_db: 'arn:aws:rds:eu-west-1:123456789012:db:holdfast-first',
      kms_key_id: expect.stringMatching(/^\$\{aws_kms_key\.key_/),
      multi_az: false,
      deletion_protection: true,
      database_insights_mode: 'standard',
    });
  });

  test('has no password, and nobody may connect', () => {
    const { password_wo: password, manage_master_user_password: managed } = database(before);
    expect([password, managed]).toEqual([undefined, undefined]);
    expect(before['second-data'].resource.aws_vpc_security_group_ingress_rule).toBeUndefined();
    expect(before['second-data'].resource.aws_secretsmanager_secret).toBeUndefined();
  });

  test('somebody hears of it when it lags', () => {
    const alarms = Object.values<Json>(before['second-data'].resource.aws_cloudwatch_metric_alarm);
    expect(alarms.map(({ metric_name: metric }) => metric)).toContain('ReplicaLag');
    expect(alarms.every(({ alarm_actions: actions }) => list(actions).length === 1)).toBe(true);
  });

  test('from backups there is no database, and so no stack', () => {
    const stacks = pairOf(second('standby', { database: { from: 'backups' } }));
    expect(Object.keys(stacks).filter((name) => name.startsWith('second-'))).toEqual(['second-network']);
  });
});

describe('going over', () => {
  test('makes every stack', () => {
    expect(Object.keys(after).filter((name) => name.startsWith('second-'))).toEqual(
      ['network', 'cluster', 'data', 'platform', 'observability', 'backup', 'app'].map(
        (component) => `second-${component}`,
      ),
    );
  });

  test('promotes the database where it is: nothing is said of it that would replace it', () => {
    const [standing, promoted] = [database(before), database(after)];
    expect(promoted.replicate_source_db).toBeUndefined();
    expect(promoted.id).toBe(standing.id);
    // What the provider replaces an instance for, besides what it cannot tell apart from before.
    for (const attribute of ['identifier', 'kms_key_id', 'storage_encrypted', 'db_subnet_group_name']) {
      expect([attribute, promoted[attribute]]).toEqual([attribute, standing[attribute]]);
    }
    for (const attribute of ['engine', 'username', 'db_name', 'allocated_storage', 'snapshot_identifier']) {
      expect([attribute, promoted[attribute], standing[attribute]]).toEqual([
        attribute,
        undefined,
        undefined,
      ]);
    }
    expect(promoted.lifecycle).toMatchObject({ prevent_destroy: true });
  });

  test('gives it what a primary has', () => {
    expect(database(after)).toMatchObject({
      multi_az: true,
      backup_retention_period: 30,
      password_wo_version: 1,
      // The password is the owner's, in one go with the promotion; a standby does not wait for Sunday.
      apply_immediately: true,
      engine_version: '18.4',
    });
  });

  test('loses nothing of what stood by', () => {
    const addresses = (stacks: Readonly<Record<string, Json>>, stack: string): string[] =>
      Object.entries<Json>(stacks[stack].resource).flatMap(([type, blocks]) =>
        Object.keys(blocks).map((id) => `${type}.${id}`),
      );
    const gone = (stack: string) => {
      const there = new Set(addresses(after, stack));
      return addresses(before, stack).filter((address) => !there.has(address));
    };
    expect(gone('second-network')).toEqual([]);
    // A primary has no lag: it watches its transaction ids instead.
    expect(gone('second-data')).toEqual([
      expect.stringMatching(/^aws_cloudwatch_metric_alarm\..*replica-lag/),
    ]);
  });

  test('restores backups once, and never again', () => {
    const backupsArn = 'arn:aws:rds:eu-central-1:123456789012:auto-backup:ab-abc123';
    const restored = database(pairOf(second('active', { database: { from: 'backups', backupsArn } })));
    expect(restored.restore_to_point_in_time).toEqual({
      source_db_instance_automated_backups_arn: backupsArn,
      use_latest_restorable_time: true,
    });
    expect(restored.lifecycle.ignore_changes).toContain('restore_to_point_in_time');
    expect(restored.engine).toBeUndefined();
  });
});
