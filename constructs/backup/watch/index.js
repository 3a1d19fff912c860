// biome-ignore lint/correctness/noUndeclaredDependencies: part of Lambda's runtime.
const sdk = require('@aws-sdk/client-backup');
const { late } = require('./late');

const call = (operation, input, region) =>
  new sdk.BackupClient({ region }).send(new sdk[`${operation}Command`](input));

/** Called each hour. Fails while anything is late, which an alarm watches; the log says what. */
exports.handler = async () => {
  const found = await late(call, JSON.parse(process.env.EXPECTED), new Date());
  if (found.length > 0) throw new Error(found.join('\n'));
  return 'Nothing is late.';
};
