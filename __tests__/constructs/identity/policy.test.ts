import {
  identityPolicy,
  resourcePolicy,
  type Statement,
  trustPolicy,
} from '../../../constructs/identity/policy';

const read: Statement = { sid: 'Read', actions: 's3:GetObject', resources: 'arn:aws:s3:::a/*' };

describe('a policy', () => {
  test('is written in IAM’s terms, without what is not set', () => {
    expect(JSON.parse(identityPolicy([read]))).toEqual({
      Version: '2012-10-17',
      Statement: [{ Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' }],
    });
  });

  test('names principals and conditions', () => {
    const policy = resourcePolicy([
      { ...read, principals: { service: 'logs.eu-west-1.amazonaws.com' } },
      {
        ...read,
        sid: 'Tls',
        effect: 'Deny',
        principals: '*',
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
    expect(JSON.parse(policy).Statement).toMatchObject([
      { Principal: { Service: 'logs.eu-west-1.amazonaws.com' } },
      { Principal: '*', Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  test('keeps IAM’s own variables from Terraform', () => {
    const policy = identityPolicy([{ ...read, resources: 'arn:aws:s3:::a/${aws:username}/*' }]);
    expect(policy).toContain('$${aws:username}');
  });

  test('trusts one service', () => {
    expect(
      JSON.parse(
        trustPolicy('ec2.amazonaws.com', 'sts:AssumeRole', {
          StringEquals: { 'aws:SourceAccount': '123456789012' },
        }),
      ).Statement,
    ).toEqual([
      {
        Sid: 'Assume',
        Effect: 'Allow',
        Principal: { Service: 'ec2.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
  });

  test.each([
    ['no statement', []],
    ['a sid twice', [read, read]],
    ['a sid that IAM refuses', [{ ...read, sid: 'read it' }]],
  ])('refuses %s', (_, statements) => {
    expect(() => identityPolicy(statements)).toThrow('a policy needs statements');
  });
});
