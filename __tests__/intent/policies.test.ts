/** Every policy that a stack holds, wherever it is written: on roles, keys, buckets, queues, endpoints, or in a value. */
import { list, type PolicyStatement, statements } from '../constructs/aws-fixture';
import { everyResource, everyText, type Placed } from '../support/every-stack';

interface Found {
  readonly resource: Placed;
  readonly property: string;
  readonly statement: PolicyStatement;
}
const policies: Found[] = everyResource().flatMap((resource) =>
  everyText(resource.values)
    .filter(({ text }) => text.includes('"Statement"'))
    .flatMap(({ path, text }) =>
      statements(text).map((statement) => ({ resource, property: path, statement })),
    ),
);
/** An endpoint's policy grants nothing: it narrows what may pass there, and has a test of its own below. */
const narrows = ({ resource }: Found): boolean => resource.type === 'aws_vpc_endpoint';
const allowing = policies.filter((found) => found.statement.Effect === 'Allow' && !narrows(found));
const say = ({ resource, property, statement }: Found) => `${resource.where}.${property}: ${statement.Sid}`;

test('there are policies of every kind to look at', () => {
  expect(policies.length).toBeGreaterThan(300);
  expect([...new Set(policies.map(({ resource, property }) => `${resource.type}.${property}`))]).toEqual(
    expect.arrayContaining([
      'aws_iam_policy.policy',
      'aws_iam_role.assume_role_policy',
      'aws_iam_role_policy.policy',
      'aws_kms_key.policy',
      'aws_s3_bucket_policy.policy',
      'aws_sns_topic_policy.policy',
      'aws_sqs_queue_policy.policy',
    ]),
  );
});

test('no policy allows every action', () => {
  expect(allowing.filter(({ statement }) => list(statement.Action ?? []).includes('*')).map(say)).toEqual([]);
});

/** Statements that allow more than to look, on everything, each with the reason that makes it bearable. */
const broad: Record<string, string> = {
  AccountDecides: 'the key’s own policy: the account’s IAM says who, or nobody could ever change the key',
  AllButIdentityAndState: 'an environment is made of nearly everything; never account, identity or state',
  CertificatesAndProtection:
    'as AWS’s own policy of the controller: what is attached belongs to other teams, by no name',
  ListenersAndRules: 'as AWS’s own policy of the controller: a listener has no tags before it is made',
  ReadIdentity: 'roles are looked up by whoever deploys; nothing secret is in them',
  Refresh: 'a plan reads what is there; it changes nothing and reads no content',
};

const looks = /:(BatchGet|Check|Describe|Get|Has|List|Lookup|View)/;

test('no policy allows more than to look on everything without a condition, or has a reason', () => {
  const found = allowing.filter(({ statement: { Action, NotAction, Resource, NotResource, Condition } }) => {
    const pattern =
      NotAction !== undefined ||
      list(Action ?? []).some((action) => action.includes('*') || !looks.test(action));
    const everything = NotResource === undefined && list(Resource ?? []).includes('*');
    return pattern && everything && Condition === undefined;
  });
  expect(found.filter(({ statement }) => !(statement.Sid in broad)).map(say)).toEqual([]);
  // A reason for what is gone would excuse what comes under its name.
  expect(Object.keys(broad).filter((sid) => !found.some(({ statement }) => statement.Sid === sid))).toEqual(
    [],
  );
  const keys = found.filter(({ statement }) => statement.Sid === 'AccountDecides');
  expect(keys.filter(({ resource }) => resource.type !== 'aws_kms_key').map(say)).toEqual([]);
  // What plans only looks.
  const refreshed = found.filter(({ statement }) => statement.Sid === 'Refresh');
  for (const action of refreshed.flatMap(({ statement }) => list(statement.Action ?? []))) {
    expect(action).toMatch(looks);
    expect(action).not.toMatch(/GetSecretValue|GetObject|s3:Get\*|kms:Get\*$|ssm:Get/);
  }
});

test('no policy lets everybody in, and another account nowhere', () => {
  const principals = allowing.flatMap((found) =>
    found.statement.Principal === undefined
      ? []
      : everyText({ principal: found.statement.Principal }).map(({ text }) => ({ found, text })),
  );
  expect(principals.length).toBeGreaterThan(100);
  expect(principals.filter(({ text }) => text.includes('*')).map(({ found }) => say(found))).toEqual([]);
  const accountOf = (text: string) => /^arn:aws:iam::(\d*):/.exec(text)?.[1];
  expect(
    principals
      .filter(({ text }) => (accountOf(text) ?? '123456789012') !== '123456789012')
      .map(({ found }) => say(found)),
  ).toEqual([]);
});

test('through an endpoint passes who belongs to the account; others only read files', () => {
  const passing = policies.filter(narrows);
  expect(passing.length).toBeGreaterThan(10);
  const open = passing.filter(
    ({ statement }) =>
      (statement.Condition?.['StringEquals'] as Record<string, string> | undefined)?.[
        'aws:PrincipalAccount'
      ] === undefined,
  );
  for (const { statement } of open) expect(statement).toMatchObject({ Sid: 'Read', Action: 's3:GetObject' });
});

test('secrets are read by statements that name them', () => {
  const reading = allowing.filter(({ statement }) =>
    list(statement.Action ?? []).some((action) =>
      /^secretsmanager:(GetSecretValue|BatchGetSecretValue|\*)$/.test(action),
    ),
  );
  expect(reading.length).toBeGreaterThan(4);
  expect(
    reading
      .filter(({ statement }) =>
        list(statement.Resource).some(
          (resource) => !/:secret:[^*]|^<.*_secret.*\.(arn|secret_arn)>$/.test(resource),
        ),
      )
      .map(say),
  ).toEqual([]);
});

test('a key is rotated, and its policy gives services what they need for a place that it names', () => {
  const keys = everyResource('aws_kms_key');
  expect(keys.length).toBeGreaterThan(20);
  expect(
    keys.filter(({ values }) => values['enable_key_rotation'] !== true).map(({ where }) => where),
  ).toEqual([]);
  const services = allowing.filter(
    ({ resource, statement }) => resource.type === 'aws_kms_key' && statement.Principal?.Service,
  );
  expect(services.length).toBeGreaterThan(10);
  expect(services.filter(({ statement }) => statement.Condition === undefined).map(say)).toEqual([]);
});
