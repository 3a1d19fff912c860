const hour = 3_600_000;

/** All pages of a list. */
async function all(call, operation, input, region, member) {
  const items = [];
  let NextToken;
  do {
    const page = await call(operation, { ...input, NextToken }, region);
    items.push(...(page[member] ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return items;
}

const newest = (times) => times.reduce((latest, time) => Math.max(latest, new Date(time).getTime()), 0);

/** When the newest complete recovery point of a kind was made. 0: there is none. */
async function newestPoint(call, { vault, kind, region, maxHours }, now) {
  const points = await all(
    call,
    'ListRecoveryPointsByBackupVault',
    {
      BackupVaultName: vault,
      ByResourceType: kind,
      // Older ones are late in any case.
      ByCreatedAfter: new Date(now.getTime() - maxHours * hour),
    },
    region,
    'RecoveryPoints',
  );
  return newest(
    points.filter(({ Status }) => Status === 'COMPLETED').map(({ CreationDate }) => CreationDate),
  );
}

/** When the newest test ended whose restored resource was looked at and found good. 0: none did. */
async function newestTest(call, { plan, region, maxHours }, now) {
  const jobs = await all(
    call,
    'ListRestoreJobs',
    { ByRestoreTestingPlanArn: plan, ByCreatedAfter: new Date(now.getTime() - maxHours * hour) },
    region,
    'RestoreJobs',
  );
  const good = jobs.filter(
    ({ Status, ValidationStatus }) => Status === 'COMPLETED' && ValidationStatus === 'SUCCESSFUL',
  );
  return newest(good.map(({ CompletionDate }) => CompletionDate));
}

/**
 * What is older than it may be, a sentence each. A vault that is younger than that itself has an excuse.
 *
 * expected: { vault, region, points: [{ what, vault, kind, region, maxHours }], test?: { plan, maxHours } }
 */
exports.late = async (call, expected, now) => {
  const { CreationDate } = await call(
    'DescribeBackupVault',
    { BackupVaultName: expected.vault },
    expected.region,
  );
  const since = new Date(CreationDate).getTime();
  const tooLate = (time, maxHours) => now.getTime() - Math.max(time, since) > maxHours * hour;
  const said = [];
  for (const point of expected.points) {
    const time = await newestPoint(call, point, now);
    if (tooLate(time, point.maxHours)) {
      said.push(
        `No recovery point of ${point.what} in ${point.vault} (${point.region}) for ${point.maxHours} hours.`,
      );
    }
  }
  if (expected.test) {
    const time = await newestTest(call, { ...expected.test, region: expected.region }, now);
    if (tooLate(time, expected.test.maxHours)) {
      said.push(`No restore test was found good for ${expected.test.maxHours / 24} days.`);
    }
  }
  return said;
};
