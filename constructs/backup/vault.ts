import { BackupVault } from '@cdktf/provider-aws/lib/backup-vault';
import { BackupVaultLockConfiguration } from '@cdktf/provider-aws/lib/backup-vault-lock-configuration';
import { BackupVaultPolicy } from '@cdktf/provider-aws/lib/backup-vault-policy';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption/key';
import { arnIn, type Place } from '../identity/place';
import { resourcePolicy } from '../identity/policy';

/** governance: who has the permission lifts it. compliance: after coolingOffDays nobody does, AWS included. */
export type VaultLock =
  | { readonly mode: 'none' }
  | { readonly mode: 'governance'; readonly minDays: number; readonly maxDays: number }
  | {
      readonly mode: 'compliance';
      readonly minDays: number;
      readonly maxDays: number;
      readonly coolingOffDays: number;
    };

export interface VaultProps extends Place {
  /** 2 to 50 letters, digits, `-`, `_`. Changing it replaces the vault, which AWS refuses while it holds anything. */
  readonly name: string;
  /** Of what is not encrypted by the key of its source. Changing it replaces the vault. */
  readonly key: EncryptionKey;
  readonly lock: VaultLock;
  /** Nobody deletes a recovery point by hand, or shortens its life; they go when their days are over. */
  readonly protect: boolean;
  /** Destroying the vault destroys what it holds; a locked one refuses all the same. */
  readonly destroyWithContent: boolean;
  /** Of the vault's region. Default: the stack's own. */
  readonly provider?: TerraformProvider;
}

/** Where AWS Backup keeps recovery points. */
export class Vault extends Construct {
  readonly vault: BackupVault;
  /** Known at synthesis. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: VaultProps) {
    super(scope, id);
    const { provider, lock } = props;
    this.arn = arnIn(props, 'backup', `backup-vault:${props.name}`);
    this.vault = new BackupVault(this, 'vault', {
      name: props.name,
      kmsKeyArn: props.key.arn,
      forceDestroy: props.destroyWithContent || undefined,
      provider,
      lifecycle: props.protect ? { preventDestroy: true } : undefined,
    });
    if (props.protect) {
      new BackupVaultPolicy(this, 'policy', {
        backupVaultName: this.vault.name,
        // AWS Backup itself, which deletes what is over, is not asked.
        policy: resourcePolicy([
          {
            sid: 'NobodyDeletes',
            effect: 'Deny',
            principals: '*',
            actions: [
              'backup:DeleteRecoveryPoint',
              'backup:DisassociateRecoveryPoint',
              'backup:UpdateRecoveryPointLifecycle',
            ],
            resources: '*',
          },
        ]),
        provider,
      });
    }
    if (lock.mode !== 'none') {
      new BackupVaultLockConfiguration(this, 'lock', {
        backupVaultName: this.vault.name,
        minRetentionDays: lock.minDays,
        maxRetentionDays: lock.maxDays,
        // This alone makes it compliance: without the days the lock stays governance for ever.
        changeableForDays: lock.mode === 'compliance' ? lock.coolingOffDays : undefined,
        provider,
      });
    }
  }
}
