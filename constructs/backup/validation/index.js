// biome-ignore lint/correctness/noUndeclaredDependencies: part of Lambda's runtime.
const backup = require('@aws-sdk/client-backup');
const rds = require('@aws-sdk/client-rds');
const { validate } = require('./validate');

const clients = { backup: new backup.BackupClient({}), rds: new rds.RDSClient({}) };
const commands = { backup, rds };
const call = (service, operation, input) =>
  clients[service].send(new commands[service][`${operation}Command`](input));

/** What EventBridge calls when a test has restored something. Fails when it is not good, which an alarm watches. */
exports.handler = async (event) => {
  const { status, message } = await validate(call, event.detail, process.env.SOURCE);
  console.log(JSON.stringify({ restoreJob: event.detail.restoreJobId, status, message }));
  if (status !== 'SUCCESSFUL') throw new Error(message);
  return message;
};
