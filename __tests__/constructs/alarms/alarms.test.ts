import { App, Testing } from 'cdktf';
import { AlarmTopic } from '../../../constructs/alarms/topic';
import { cacheAlarms, cacheNodes } from '../../../constructs/cache/alarms';
import { HoldfastStack } from '../../../constructs/core/stack';
import { databaseAlarms, type WatchedInstance } from '../../../constructs/database/alarms';
import { EncryptionKey } from '../../../constructs/encryption/key';
import {
  account,
  big,
  environmentStacks,
  type Json,
  type Synthesised,
  small,
  statements,
} from '../aws-fixture';

const development = environmentStacks(small).data;
const production = environmentStacks(big).data;
const alarms = (stack: Synthesised): Json[] => Object.values(stack.all('aws_cloudwatch_metric_alarm'));
const names = (stack: Synthesised): string[] => alarms(stack).map((alarm) => alarm.alarm_name);
const named = (stack: Synthesised, name: string): Json => {
  const found = alarms(stack).find((alarm) => alarm.alarm_name === name);
  if (!found) throw new Error(`there is no alarm ${name}, only ${names(stack).join(', ')}`);
  return found;
};

describe('who is told', () => {
  test('every alarm mails when it begins and when it is over', () => {
    for (const stack of [development, production]) {
      for (const alarm of alarms(stack)) {
        expect(alarm.alarm_actions).toEqual([expect.stringMatching(/^\$\{aws_sns_topic\..*\.arn\}$/)]);
        expect(alarm.ok_actions).toEqual(alarm.alarm_actions);
      }
    }
    expect(
      Object.values(production.all('aws_sns_topic_subscription')).map((one: Json) => [
        one.protocol,
        one.endpoint,
      ]),
    ).toEqual(account.alertEmails.map((email) => ['email', email]));
  });

  test('CloudWatch may publish and use the key, for these alarms alone', () => {
    const topic = production.only('aws_sns_topic');
    expect(topic).toMatchObject({
      name: 'holdfast-big-data-alarms',
      kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\..*\.arn\}$/),
    });
    const conditions = {
      StringEquals: { 'aws:SourceAccount': '123456789012' },
      ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:holdfast-big-*' },
    };
    const [publish, events, failovers, tls, ...others] = statements(
      production.only('aws_sns_topic_policy').policy,
    );
    expect(publish).toMatchObject({
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: 'arn:aws:sns:eu-west-1:123456789012:holdfast-big-data-alarms',
      Condition: conditions,
    });
    // backup-watch.test.ts and failover-watch.test.ts are about these.
    for (const each of [events, failovers])
      expect(each).toMatchObject({ Principal: { Service: 'events.amazonaws.com' } });
    expect(tls).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(others).toEqual([]);
    expect(statements(production.all('aws_kms_key')[topicKey(topic)].policy)).toContainEqual(
      expect.objectContaining({
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Condition: conditions,
      }),
    );
    // The topic and the key take in only what is called so.
    for (const stack of [development, production]) {
      const prefix = stack === production ? 'holdfast-big-' : 'holdfast-abcdefghij-';
      expect(names(stack).filter((name) => !name.startsWith(prefix))).toEqual([]);
    }
  });
});

describe('a topic', () => {
  const subscriptions = (emails: string[]) => {
    const stack = new HoldfastStack(new App(), {
      environment: 'x',
      component: 'y',
      state: { kind: 'local' },
      tags: {},
    });
    const place = { accountId: account.id, region: 'eu-west-1' };
    const key = new EncryptionKey(stack, 'key', { ...place, alias: 'x', description: 'x' });
    new AlarmTopic(stack, 'alarms', { ...place, name: 'x', alarmPrefix: 'x-', key, emails });
    const { resource } = JSON.parse(Testing.synth(stack));
    return Object.fromEntries(
      Object.entries<Json>(resource.aws_sns_topic_subscription).map(([id, { endpoint }]) => [endpoint, id]),
    );
  };

  test('keeps the others subscribed when one address is taken out', () => {
    const both = subscriptions(['a@example.com', 'b@example.com']);
    expect(Object.keys(both)).toHaveLength(2);
    expect(subscriptions(['b@example.com'])).toEqual({ 'b@example.com': both['b@example.com'] });
  });
});

const topicKey = (topic: Json): string => topic.kms_master_key_id.split('.')[1];

describe('what an alarm says', () => {
  test('how much, in words that people use', () => {
    const says = (id: string) => named(production, `holdfast-big-database-primary-${id}`).alarm_description;
    expect(says('storage')).toContain('Below 5 GiB for 15 minutes.');
    expect(says('cpu')).toContain('Above 90 % for 15 minutes.');
    expect(says('transaction-ids')).toContain('Above 1,000,000,000 transactions for 15 minutes.');
  });

  test('what happens, from when on, and which runbook; it fits into CloudWatch', () => {
    for (const alarm of [...alarms(development), ...alarms(production)]) {
      expect(alarm.alarm_description).toMatch(
        /^[A-Z].*: .*\. (Above|Below) [\d,.]+ .* for \d+ minutes\. Runbook: runbooks\/[a-z-]+\.md$/,
      );
      expect(alarm.alarm_description.length).toBeLessThanOrEqual(1024);
      expect(alarm.alarm_name.length).toBeLessThanOrEqual(255);
      expect(Number.isInteger(alarm.evaluation_periods)).toBe(true);
      // CloudWatch looks back a day at most, and seven where a period is an hour.
      const days = alarm.period < 3600 ? 1 : 7;
      expect(alarm.evaluation_periods * alarm.period).toBeLessThanOrEqual(days * 86_400);
    }
  });
});

describe('the database', () => {
  const instance: WatchedInstance = {
    role: 'primary',
    instanceClass: 'db.m7g.large',
    storageGiB: { initial: 100, max: 1_000 },
  };
  const ids = (overrides: Partial<WatchedInstance> = {}) =>
    databaseAlarms({ ...instance, ...overrides }).map((rule) => rule.id);
  const below = (id: string, overrides: Partial<WatchedInstance> = {}) =>
    databaseAlarms({ ...instance, ...overrides }).find((rule) => rule.id === id)?.threshold;

  test('each instance is watched under its own name', () => {
    const watched = (id: string) =>
      named(production, `holdfast-big-database-${id}-cpu`).dimensions.DBInstanceIdentifier;
    const identifiers = ['primary', 'replica-1', 'replica-2'].map(watched);
    expect(new Set(identifiers).size).toBe(3);
    for (const identifier of identifiers) {
      // By reference, so that an alarm comes after its instance.
      const [, type, id] = /^\$\{(aws_db_instance)\.(.*)\.identifier\}$/.exec(identifier) ?? [];
      expect(production.all(type as string)[id as string]).toBeDefined();
    }
  });

  test('lag is watched on replicas, transaction ids on the primary, credits where there are any', () => {
    expect(ids()).toContain('transaction-ids');
    expect(ids()).not.toContain('replica-lag');
    expect(ids()).not.toContain('cpu-credits');
    expect(ids({ role: 'replica' })).toContain('replica-lag');
    expect(ids({ role: 'replica' })).not.toContain('transaction-ids');
    expect(ids({ instanceClass: 'db.t4g.medium' })).toContain('cpu-credits');
  });

  test('gp3 is watched by what it has', () => {
    const metrics = databaseAlarms(instance).map((rule) => rule.metric);
    expect(metrics).toEqual(expect.arrayContaining(['EBSIOBalance%', 'EBSByteBalance%', 'FreeStorageSpace']));
    expect(metrics).not.toContain('BurstBalance');
  });

  test('thresholds follow the class and the volume', () => {
    const gib = 2 ** 30;
    expect(below('memory')).toEqual({ below: 429_496_730 });
    expect(below('memory', { instanceClass: 'db.r7g.large' })).toEqual({ below: 858_993_459 });
    expect(below('connections')).toEqual({ above: 630 });
    expect(below('connections', { instanceClass: 'db.t4g.medium' })).toEqual({ above: 315 });
    // RDS never allows more than 5,000.
    expect(below('connections', { instanceClass: 'db.r7g.16xlarge' })).toEqual({ above: 3_500 });
    expect(below('storage')).toEqual({ below: 10 * gib });
    expect(below('storage', { storageGiB: { initial: 20, max: 20 } })).toEqual({ below: gib });
    // At most where RDS begins to grow the volume, or the alarm would always come before.
    for (const max of [100, 400, 1_000, 10_000]) {
      const threshold = below('storage', { storageGiB: { initial: 100, max } }) as { below: number };
      expect(threshold.below).toBeLessThanOrEqual(10 * gib);
    }
  });

  test('an instance that is gone is one alarm, not ten; a full one stays an alarm', () => {
    const silent = (kind: string) =>
      databaseAlarms(instance)
        .filter((rule) => rule.silence === kind)
        .map((rule) => rule.id);
    expect(silent('breaching')).toEqual(['cpu']);
    expect(silent('ignore')).toEqual(['storage']);
    expect(named(production, 'holdfast-big-database-primary-cpu').treat_missing_data).toBe('breaching');
    expect(named(production, 'holdfast-big-database-primary-memory').treat_missing_data).toBe('notBreaching');
  });
});

describe('the cache', () => {
  test('each node is watched by ElastiCache’s name of it, after it is made', () => {
    expect(cacheNodes('holdfast-big', 1, 2).map((node) => node.name)).toEqual([
      'holdfast-big-001',
      'holdfast-big-002',
      'holdfast-big-003',
    ]);
    expect(cacheNodes('holdfast-big-sharded', 2, 1)).toEqual([
      { id: '1-1', name: 'holdfast-big-sharded-0001-001' },
      { id: '1-2', name: 'holdfast-big-sharded-0001-002' },
      { id: '2-1', name: 'holdfast-big-sharded-0002-001' },
      { id: '2-2', name: 'holdfast-big-sharded-0002-002' },
    ]);
    const nodes = [1, 2, 3].map((index) => named(production, `holdfast-big-cache-${index}-engine-cpu`));
    expect(nodes.map((alarm) => alarm.dimensions)).toEqual(
      cacheNodes('holdfast-big', 1, 2).map(({ name }) => ({ CacheClusterId: name, CacheNodeId: '0001' })),
    );
    for (const alarm of nodes) {
      expect(alarm.depends_on).toEqual([expect.stringMatching(/^aws_elasticache_replication_group\./)]);
    }
  });

  test('lag is watched where there are replicas, credits where there are any', () => {
    const ids = (nodeType: string, replicated: boolean) =>
      cacheAlarms({ nodeType, replicated }).map((rule) => rule.id);
    expect(ids('cache.m7g.large', true)).toContain('replication-lag');
    expect(ids('cache.m7g.large', true)).not.toContain('cpu-credits');
    expect(ids('cache.t4g.small', false)).toContain('cpu-credits');
    expect(ids('cache.t4g.small', false)).not.toContain('replication-lag');
    expect(names(development).filter((name) => name.endsWith('-replication-lag'))).toEqual([]);
  });
});
