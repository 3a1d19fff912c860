/** The function as Lambda gets it, unpacked from its archive, against a Secrets Manager (moto). */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generatedSecretKeys } from '../../../app/src/contract';
import { zip } from '../../../constructs/core/zip';
import { type StateStore, startStateStore } from '../../support/state-bucket';
import type { Call } from './fake-secrets-manager';

const source = resolve('constructs/secrets/rotation');
let store: StateStore;
let folder: string;
beforeAll(async () => {
  store = await startStateStore();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-rotation-'));
}, 30_000);
afterAll(() => {
  store.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An operation as the SDK would send it; moto reads the service from the credential's scope and checks no signature. */
const call: Call = async (operation, input) => {
  const answer = await fetch(store.environment.AWS_ENDPOINT_URL as string, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261121/eu-west-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  const body = (await answer.json()) as Record<string, string>;
  if (answer.ok) return body;
  throw Object.assign(new Error(body.message ?? body.Message), {
    name: String(body.__type).split('#').at(-1),
  });
};

/** index.js with the SDK's client in place of Lambda's own. */
function handler(): (event: object) => Promise<void> {
  const archive = join(folder, 'code.zip');
  const files = readdirSync(source).map((name) => [name, readFileSync(join(source, name))] as const);
  writeFileSync(archive, zip(Object.fromEntries(files)));
  // Another program than the one that wrote it.
  execFileSync('python3', ['-m', 'zipfile', '-e', archive, folder]);
  const sdk = join(folder, 'node_modules/@aws-sdk/client-secrets-manager');
  execFileSync('mkdir', ['-p', sdk]);
  const operations = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'];
  writeFileSync(
    join(sdk, 'index.js'),
    `exports.SecretsManagerClient = class { send(command) { return globalThis.callSecretsManager(command.operation, command.input); } };
     for (const operation of ${JSON.stringify(operations)})
       exports[operation + 'Command'] = class { constructor(input) { this.input = input; this.operation = operation; } };`,
  );
  (globalThis as Record<string, unknown>).callSecretsManager = call;
  Object.assign(process.env, { MEMBERS: generatedSecretKeys.join(','), KEY_LENGTH: '64' });
  return createRequire(join(folder, 'index.js'))('./index.js').handler;
}

test('fills an empty secret, then replaces its keys and keeps the ones before', async () => {
  const rotate = handler();
  await call('CreateSecret', { Name: 'service', ClientRequestToken: randomUUID() });
  const rotateAll = async () => {
    const token = randomUUID();
    for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
      await rotate({ Step, SecretId: 'service', ClientRequestToken: token });
    }
  };
  const value = async (VersionStage: string) =>
    JSON.parse(
      ((await call('GetSecretValue', { SecretId: 'service', VersionStage })) as { SecretString: string })
        .SecretString,
    );
  await rotateAll();
  const first = await value('AWSCURRENT');
  expect(Object.keys(first)).toEqual(generatedSecretKeys);
  await rotateAll();
  expect(await value('AWSPREVIOUS')).toEqual(first);
  expect(await value('AWSCURRENT')).not.toEqual(first);
}, 30_000);
