// biome-ignore lint/correctness/noUndeclaredDependencies: part of Lambda's runtime.
const sdk = require('@aws-sdk/client-secrets-manager');
const { rotate } = require('./steps');

const client = new sdk.SecretsManagerClient({});
const call = (operation, input) => client.send(new sdk[`${operation}Command`](input));
const options = {
  members: process.env.MEMBERS.split(','),
  keyLength: Number(process.env.KEY_LENGTH),
};

/** What Secrets Manager calls. */
exports.handler = (event) => rotate(call, event, options);
