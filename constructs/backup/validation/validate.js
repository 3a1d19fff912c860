/** An instance that takes connections, or does in a moment: RDS backs up and tunes a new one at once. */
const up = [
  'available',
  'backing-up',
  'modifying',
  'configuring-enhanced-monitoring',
  'storage-optimization',
];

const instance = async (call, id) => {
  const { DBInstances = [] } = await call('rds', 'DescribeDBInstances', { DBInstanceIdentifier: id });
  if (!DBInstances[0]) throw new Error(`there is no instance ${id}`);
  return DBInstances[0];
};

/** What must be of the restored instance as of the one that was saved, and what is wrong where it is not. */
function faults(restored, source) {
  const differs = (property) =>
    restored[property] === source[property]
      ? []
      : [`${property} is ${restored[property]}, of the original ${source[property]}`];
  return [
    ...(up.includes(restored.DBInstanceStatus) ? [] : [`it is ${restored.DBInstanceStatus}`]),
    ...differs('Engine'),
    ...differs('DBName'),
    ...differs('MasterUsername'),
    ...(String(restored.EngineVersion).split('.')[0] === String(source.EngineVersion).split('.')[0]
      ? []
      : [`EngineVersion is ${restored.EngineVersion}, of the original ${source.EngineVersion}`]),
    ...(restored.StorageEncrypted ? [] : ['it is not encrypted']),
    ...(restored.PubliclyAccessible ? ['it is open to the internet'] : []),
    ...(restored.AllocatedStorage > 0 ? [] : ['it has no storage']),
  ];
}

/**
 * Looks at what a test restored, tells AWS Backup, and returns the same. It looks at the instance alone, and says so: its
 * rows are counted by `holdfast backup check`, with credentials that this function has not.
 */
exports.validate = async (call, { restoreJobId, createdResourceArn }, source) => {
  const id = createdResourceArn.split(':').pop();
  const found = faults(await instance(call, id), await instance(call, source));
  const status = found.length === 0 ? 'SUCCESSFUL' : 'FAILED';
  const message =
    found.length === 0
      ? `${id} is up, with engine, version, database, owner and encryption of ${source}. Its rows were not looked at.`
      : `${id}: ${found.join('; ')}`;
  await call('backup', 'PutRestoreValidationResult', {
    RestoreJobId: restoreJobId,
    ValidationStatus: status,
    ValidationStatusMessage: message,
  });
  return { status, message };
};
