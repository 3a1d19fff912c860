import { generatedKeyLength, generatedSecretKeys } from '../../../app/src/contract';
import { type Call, FakeSecretsManager } from './fake-secrets-manager';

const { rotate } = require('../../../constructs/secrets/rotation/steps') as {
  rotate(call: Call, event: object, options: { members: string[]; keyLength: number }): Promise<void>;
};

const options: { members: string[]; keyLength: number } = {
  members: [...generatedSecretKeys],
  keyLength: generatedKeyLength,
};
const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const key = 'HOLDFAST_SIGNING_KEY';
let secrets: FakeSecretsManager;
beforeEach(() => {
  secrets = new FakeSecretsManager();
});
const run = (step: string, token = 'new', how = options) =>
  rotate(secrets.call, { Step: step, SecretId: 'service', ClientRequestToken: token }, how);

test('an empty secret gets a key for each generated setting of the contract', async () => {
  for (const step of steps) await run(step);
  const value = secrets.value('AWSCURRENT') as Record<string, string>;
  expect(Object.keys(value)).toEqual(generatedSecretKeys);
  for (const one of Object.values(value))
    expect(one).toMatch(new RegExp(`^[0-9a-f]{${generatedKeyLength},}$`));
});

test('a rotation replaces the keys, leaves what others put there, and keeps what was before', async () => {
  const before = { [key]: 'a'.repeat(64), SOMEBODY_ELSES: 'stays' };
  secrets.put('old', JSON.stringify(before), ['AWSCURRENT']);
  // As RotateSecret makes it.
  secrets.put('new', undefined, ['AWSPENDING']);
  for (const step of steps) await run(step);
  const now = secrets.value('AWSCURRENT');
  expect(now?.SOMEBODY_ELSES).toBe('stays');
  expect(now?.[key]).not.toBe(before[key]);
  expect(secrets.value('AWSPREVIOUS')).toEqual(before);
});

test('each step may be repeated, also when the rotation is over', async () => {
  await run('createSecret');
  const first = secrets.value('AWSPENDING');
  await run('createSecret');
  expect(secrets.value('AWSPENDING')).toEqual(first);
  for (const step of steps.slice(1)) {
    await run(step);
    await run(step);
  }
  for (const step of steps) await run(step);
  expect(secrets.value('AWSCURRENT')).toEqual(first);
  expect(secrets.operations.filter((one) => /^(Put|Update)/.test(one))).toEqual([
    'PutSecretValue',
    'UpdateSecretVersionStage',
  ]);
});

test('a key that the service would refuse, or that did not change, never becomes current', async () => {
  const one = { ...options, members: [key] };
  secrets.put('old', JSON.stringify({ [key]: 'b'.repeat(64) }), ['AWSCURRENT']);
  secrets.put('new', JSON.stringify({ [key]: 'short' }), ['AWSPENDING']);
  await expect(run('testSecret', 'new', one)).rejects.toThrow(`${key}: fewer than 64 characters`);
  secrets.put('new', JSON.stringify({ [key]: 'b'.repeat(64) }), ['AWSPENDING']);
  await expect(run('testSecret', 'new', one)).rejects.toThrow(`${key}: the same as before`);
});

test('what is wrong is told without a value', async () => {
  secrets.put('old', 'not-json-secret', ['AWSCURRENT']);
  const message = await run('createSecret').then(
    () => 'none',
    (error: Error) => error.message,
  );
  expect(message).toBe('service (AWSCURRENT) holds no JSON object: write one by hand');
  await expect(run('finishSecret')).rejects.toThrow('version new of service is not pending');
  await expect(run('createSecret', 'old2', { ...options, members: [] })).rejects.toThrow('nothing to rotate');
  await expect(run('constructor')).rejects.toThrow('"constructor" is no step');
  secrets.put('late', '{}', ['AWSPREVIOUS']);
  await expect(run('createSecret', 'late')).rejects.toThrow('is not pending');
});
