import type { ResourceStatement } from '../identity/policy';

/**
 * In the policy of the database's key: AWS Backup in the account that copies go to may read snapshots that are encrypted
 * with it, and hand the key on to RDS, which copies. Nothing where there are no such copies.
 */
export function copiesElsewhere(copies: { readonly vaultArn: string } | undefined): ResourceStatement[] {
  const account = copies?.vaultArn.split(':')[4];
  if (!account) return [];
  const principals = { aws: `arn:aws:iam::${account}:root` } as const;
  return [
    {
      sid: 'BackupAccountReads',
      principals,
      actions: ['kms:Decrypt', 'kms:DescribeKey'],
      resources: '*',
    },
    {
      sid: 'BackupAccountLendsToServices',
      principals,
      actions: 'kms:CreateGrant',
      resources: '*',
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ];
}
