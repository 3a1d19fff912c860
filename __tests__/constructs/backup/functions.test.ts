type Answer = Record<string, unknown>;

const { late } = require('../../../constructs/backup/watch/late') as {
  late(
    call: (operation: string, input: Answer, region: string) => Promise<Answer>,
    expected: Answer,
    now: Date,
  ): Promise<string[]>;
};
const { validate } = require('../../../constructs/backup/validation/validate') as {
  validate(
    call: (service: string, operation: string, input: Answer) => Promise<Answer>,
    detail: Answer,
    source: string,
  ): Promise<{ status: string; message: string }>;
};

const now = new Date('2026-11-21T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

describe('what is late', () => {
  const expected = {
    vault: 'holdfast-prod',
    region: 'eu-west-1',
    points: [
      { what: 'the database', vault: 'holdfast-prod', kind: 'RDS', region: 'eu-west-1', maxHours: 36 },
      {
        what: 'the database',
        vault: 'holdfast-prod-copies',
        kind: 'RDS',
        region: 'eu-central-1',
        maxHours: 36,
      },
    ],
    test: { plan: 'arn:plan', maxHours: 216 },
  };
  const point = (age: number, Status = 'COMPLETED') => ({ Status, CreationDate: hoursAgo(age) });
  const tested = (age: number, ValidationStatus = 'SUCCESSFUL', Status = 'COMPLETED') => ({
    Status,
    ValidationStatus,
    CompletionDate: hoursAgo(age),
  });
  /** AWS Backup with these recovery points by vault, a page each, and these tests. */
  const aws =
    (points: Record<string, Answer[]>, tests: Answer[], vaultAge = 10_000) =>
    async (operation: string, input: Answer, region: string): Promise<Answer> => {
      if (operation === 'DescribeBackupVault') return { CreationDate: hoursAgo(vaultAge) };
      if (operation === 'ListRestoreJobs') {
        expect(input['ByRestoreTestingPlanArn']).toBe('arn:plan');
        return { RestoreJobs: tests };
      }
      expect(operation).toBe('ListRecoveryPointsByBackupVault');
      expect(input['ByResourceType']).toBe('RDS');
      const all = points[`${region}/${input['BackupVaultName']}`] ?? [];
      const page = Number(input['NextToken'] ?? 0);
      return {
        RecoveryPoints: all.slice(page, page + 1),
        NextToken: page + 1 < all.length ? String(page + 1) : undefined,
      };
    };
  const own = 'eu-west-1/holdfast-prod';
  const copies = 'eu-central-1/holdfast-prod-copies';

  test('nothing, while recovery points, copies and tests come', async () => {
    // The newest is on the last page.
    const points = { [own]: [point(35), point(5)], [copies]: [point(20)] };
    expect(await late(aws(points, [tested(100)]), expected, now)).toEqual([]);
  });

  test('a recovery point that stays away, in the vault that lacks it', async () => {
    const points = { [own]: [point(5)], [copies]: [] };
    expect(await late(aws(points, [tested(1)]), expected, now)).toEqual([
      'No recovery point of the database in holdfast-prod-copies (eu-central-1) for 36 hours.',
    ]);
  });

  test('one that is older than it may be, or not complete', async () => {
    const points = { [own]: [point(37)], [copies]: [point(1, 'PARTIAL')] };
    expect(await late(aws(points, [tested(1)]), expected, now)).toHaveLength(2);
  });

  test('a test that stays away, failed, or was not looked at', async () => {
    const points = { [own]: [point(1)], [copies]: [point(1)] };
    for (const tests of [
      [],
      [tested(1, 'FAILED')],
      [tested(1, undefined as never, 'FAILED')],
      [tested(217)],
    ]) {
      expect(await late(aws(points, tests), expected, now)).toEqual([
        'No restore test was found good for 9 days.',
      ]);
    }
  });

  test('nothing, in a vault that is younger than what is awaited', async () => {
    expect(await late(aws({}, [], 35), expected, now)).toEqual([]);
    expect(await late(aws({}, [], 37), expected, now)).toHaveLength(2);
  });
});

describe('what a test restored', () => {
  const original = {
    DBInstanceStatus: 'available',
    Engine: 'postgres',
    EngineVersion: '18.4',
    DBName: 'holdfast',
    MasterUsername: 'holdfast_owner',
    StorageEncrypted: true,
    PubliclyAccessible: false,
    AllocatedStorage: 100,
  };
  const restoring = async (restored: Answer) => {
    const told: Answer[] = [];
    const result = await validate(
      async (service, operation, input) => {
        if (service === 'backup') {
          expect(operation).toBe('PutRestoreValidationResult');
          told.push(input);
          return {};
        }
        expect(operation).toBe('DescribeDBInstances');
        const id = input['DBInstanceIdentifier'];
        return { DBInstances: [id === 'holdfast-prod' ? original : { ...original, ...restored }] };
      },
      {
        restoreJobId: 'job-1',
        createdResourceArn: 'arn:aws:rds:eu-west-1:123456789012:db:awsbackup-restore-test-1',
      },
      'holdfast-prod',
    );
    expect(told).toEqual([
      { RestoreJobId: 'job-1', ValidationStatus: result.status, ValidationStatusMessage: result.message },
    ]);
    return result;
  };

  test('is good when it is up and what was saved; the result says what was not looked at', async () => {
    const { status, message } = await restoring({ DBInstanceStatus: 'backing-up', EngineVersion: '18.5' });
    expect(status).toBe('SUCCESSFUL');
    expect(message).toMatch(/Its rows were not looked at\.$/);
  });

  test.each([
    [{ DBInstanceStatus: 'storage-full' }, 'it is storage-full'],
    [{ DBName: 'postgres' }, 'DBName is postgres, of the original holdfast'],
    [{ MasterUsername: 'root' }, 'MasterUsername is root'],
    [{ Engine: 'mysql' }, 'Engine is mysql'],
    [{ EngineVersion: '17.10' }, 'EngineVersion is 17.10, of the original 18.4'],
    [{ StorageEncrypted: false }, 'it is not encrypted'],
    [{ PubliclyAccessible: true }, 'it is open to the internet'],
  ])('is not with %o', async (wrong, why) => {
    const { status, message } = await restoring(wrong);
    expect(status).toBe('FAILED');
    expect(message).toContain(why);
  });
});
