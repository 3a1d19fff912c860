import { diagnosticsOfText, explain, producersMissing } from '../../../tools/lib/plan/diagnostics';

const place = { stack: 'dev-data', folder: 'cdktf.out/stacks/dev-data', terraform: 'terraform' };
const error = (summary: string, detail = '', address?: string) => ({
  severity: 'error',
  summary,
  detail,
  address,
});
const sentence = (summary: string, detail = '', address?: string) =>
  explain([error(summary, detail, address)], place);

test('a held lock says by whom, since when, and what takes it away', () => {
  const detail = `Error message: operation error S3: PutObject, StatusCode: 412
Lock Info:
  ID:        1b2c
  Path:      bucket/dev/data.tfstate
  Operation: OperationTypeApply
  Who:       ada@build
  Version:   1.11.4
  Created:   2026-11-21 09:00:00 +0000 UTC
`;
  expect(sentence('Error acquiring the state lock', detail)).toEqual([
    'its state is locked by ada@build since 2026-11-21 09:00:00 +0000 UTC (OperationTypeApply): wait for it to end; only if it is dead, run: terraform -chdir=cdktf.out/stacks/dev-data force-unlock 1b2c',
  ]);
});

test.each([
  ['Error releasing the state lock', '', 'its lock was gone'],
  ['Saved plan is stale', 'The given plan file can no longer be applied', 'npm run plan -- dev-data'],
  [
    'AWS account ID not allowed',
    'AWS account ID not allowed: 999999999999',
    'belong to account 999999999999',
  ],
  ['No valid credential sources found', '', 'no valid AWS credentials'],
  [
    'Retrieving AWS account details',
    'api error InvalidClientTokenId: The security token',
    'no valid AWS credentials',
  ],
  ['Cannot assume IAM Role', '', 'deployRole'],
  [
    'Error refreshing state',
    'S3 bucket "holdfast-state-1" does not exist.',
    'the bucket holdfast-state-1 of the state',
  ],
  ['Instance cannot be destroyed', 'Resource x has lifecycle.prevent_destroy set', 'teardown: true'],
  ['Backend configuration changed', '', '-migrate-state'],
  ['Failed to load "x" as a plan file', '', 'its plan file is broken'],
  ['Failed to query available provider packages', '', 'TF_CLI_CONFIG_FILE'],
  ['Kubernetes cluster unreachable', 'dial tcp 10.0.0.1:443: connection refused', "can't be reached"],
])('%s is one sentence with a remedy', (summary, detail, told) => {
  expect(sentence(summary, detail)).toEqual([expect.stringContaining(told)]);
});

test('what is unknown is quoted on one line, with the resource, and once', () => {
  const same = error('creating x', 'Throttling:\n  slow down', 'aws_x.y');
  expect(explain([same, same], place)).toEqual(['aws_x.y: creating x Throttling: slow down']);
});

test('an error and its cause are one sentence', () => {
  const both = [error('S3 bucket "b" does not exist.'), error('operation error S3: NoSuchBucket')];
  expect(explain(both, place)).toEqual([expect.stringContaining('the bucket b of the state does not exist')]);
});

test('errors are read from text with frames and colours', () => {
  const text = '\x1b[31m╷\n│ \x1b[1mError: \x1b[0mOne\x1b[0m\n│ \n│ because\n╵\n╷\n│ Warning: Two\n╵\n';
  expect(diagnosticsOfText(text)).toEqual([{ severity: 'error', summary: 'One', detail: 'because' }]);
});

test('a stack waits for producers without state, or without what it reads; any other error is an error', () => {
  const absent = error('Unable to find remote state', '', 'data.terraform_remote_state.network');
  const older = {
    ...error('Unsupported attribute', 'This object does not have an attribute named "x".'),
    snippet: { values: [{ traversal: 'data.terraform_remote_state.cluster.outputs' }] },
  };
  expect(producersMissing([absent, absent, older])).toEqual(['network', 'cluster']);
  expect(producersMissing([absent, error('No valid credential sources found')])).toBeUndefined();
  expect(producersMissing([error('Unsupported attribute')])).toBeUndefined();
  expect(producersMissing([])).toBeUndefined();
});

test('OpenTofu says of a missing state that it could not be read, too; alone that is an error', () => {
  const network = 'data.terraform_remote_state.network';
  const absent = error('Unable to find remote state', '', network);
  const unread = error(`${network}: Unable to read remote state`);
  expect(producersMissing([absent, unread])).toEqual(['network']);
  expect(producersMissing([unread])).toBeUndefined();
  expect(
    producersMissing([absent, error('data.terraform_remote_state.data: Unable to read remote state')]),
  ).toBeUndefined();
});
