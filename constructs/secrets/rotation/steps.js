const { randomBytes } = require('node:crypto');

/**
 * The four steps in which Secrets Manager rotates a secret. It calls them one after the other, and again when one fails:
 * each may be repeated. Errors name members and versions, never values.
 *
 * @typedef {{ Step: string, SecretId: string, ClientRequestToken: string }} RotationEvent
 * @typedef {(operation: string, input: object) => Promise<any>} Call an operation of Secrets Manager's API
 * @typedef {{ members: string[], keyLength: number }} Options names of the keys, and characters that each has at least
 */

/** @type {Record<string, (call: Call, event: RotationEvent, options: Options, versions: Record<string, string[]>) => Promise<void>>} */
const steps = {
  /** New keys beside the current ones. What else stands in the secret is kept: somebody put it there. */
  async createSecret(call, event, { members, keyLength }) {
    const { SecretId, ClientRequestToken } = event;
    if (await readObject(call, { SecretId, VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' }))
      return;
    const current = (await readObject(call, { SecretId, VersionStage: 'AWSCURRENT' })) ?? {};
    const keys = members.map((member) => [member, randomBytes(Math.ceil(keyLength / 2)).toString('hex')]);
    await call('PutSecretValue', {
      SecretId,
      ClientRequestToken,
      SecretString: JSON.stringify({ ...current, ...Object.fromEntries(keys) }),
      VersionStages: ['AWSPENDING'],
    });
  },

  /** Nobody has to be told: the service follows the secret by itself. */
  async setSecret() {},

  /** What the service would refuse to start with must not become current. */
  async testSecret(call, event, { members, keyLength }) {
    const { SecretId, ClientRequestToken } = event;
    const pending = await readObject(call, {
      SecretId,
      VersionId: ClientRequestToken,
      VersionStage: 'AWSPENDING',
    });
    const current = (await readObject(call, { SecretId, VersionStage: 'AWSCURRENT' })) ?? {};
    const weak = members.filter(
      (member) => typeof pending?.[member] !== 'string' || pending[member].length < keyLength,
    );
    if (weak.length > 0) throw new Error(`${weak.join(', ')}: fewer than ${keyLength} characters`);
    const same = members.filter((member) => pending[member] === current[member]);
    if (same.length > 0) throw new Error(`${same.join(', ')}: the same as before`);
  },

  /** The new keys become current; Secrets Manager labels the old ones AWSPREVIOUS. */
  async finishSecret(call, { SecretId, ClientRequestToken }, _options, versions) {
    const current = Object.keys(versions).find((id) => versions[id].includes('AWSCURRENT'));
    await call('UpdateSecretVersionStage', {
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: ClientRequestToken,
      // A secret that was empty has none.
      ...(current === undefined ? {} : { RemoveFromVersionId: current }),
    });
  },
};

/**
 * @param {Call} call
 * @param {RotationEvent} event
 * @param {Options} options
 */
async function rotate(call, event, options) {
  const { Step, SecretId, ClientRequestToken } = event;
  if (!Object.hasOwn(steps, Step)) throw new Error(`"${Step}" is no step of a rotation`);
  if (options.members.length === 0) throw new Error('no members are named: there is nothing to rotate');
  const { VersionIdsToStages: versions = {} } = await call('DescribeSecret', { SecretId });
  const stages = versions[ClientRequestToken];
  // A repeated call, after the rotation was finished.
  if (stages?.includes('AWSCURRENT')) return;
  // Only createSecret makes the version, which is where a secret that was empty gets its first.
  if (Step === 'createSecret' ? stages && !stages.includes('AWSPENDING') : !stages?.includes('AWSPENDING')) {
    throw new Error(`version ${ClientRequestToken} of ${SecretId} is not pending`);
  }
  await steps[Step](call, event, options, versions);
}

/** The object in a version of the secret; nothing where there is no such version, or it is still empty. */
async function readObject(call, version) {
  let text;
  try {
    text = (await call('GetSecretValue', version)).SecretString;
  } catch (error) {
    if (error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
  if (!text) return undefined;
  try {
    const value = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // Its message would repeat a part of the value.
  }
  throw new Error(`${version.SecretId} (${version.VersionStage}) holds no JSON object: write one by hand`);
}

module.exports = { rotate };
