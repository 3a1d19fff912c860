import type { Construct } from 'constructs';
import { MonthlyBudget } from '../constructs/account/budget';
import { AccountDefaults } from '../constructs/account/defaults';
import { HoldfastStack } from '../constructs/core/stack';
import { EncryptionKey } from '../constructs/encryption/key';
import { PrivateBucket } from '../constructs/storage/bucket';
import { ImageRepository } from '../constructs/storage/image-repository';
import type { NamedAccount } from '../environments/load';
import { imageRepositoryName, sharedState, stateBucketName } from './props';

/**
 * What an account holds once, whatever environments live in it: the bucket of every other stack's state, the images,
 * the budget, the account's defaults. Nothing reads its outputs: the names derive from the account.
 */
export class BootstrapStack extends HoldfastStack {
  constructor(scope: Construct, account: NamedAccount) {
    super(scope, {
      environment: 'bootstrap',
      component: account.name,
      state: account.bootstrapState === 'local' ? { kind: 'local' } : sharedState(account),
      tags: { environment: 'bootstrap', service: 'holdfast', 'managed-by': 'terraform' },
    });
    this.useAws({
      accountId: account.id,
      region: account.region,
      isExampleAccount: account.isExample,
      definedIn: 'environments/accounts.ts',
    });
    const place = { accountId: account.id, region: account.region };

    const stateKey = new EncryptionKey(this, 'state-key', {
      ...place,
      alias: 'holdfast-state',
      description: 'Terraform state of every Holdfast stack in this account',
      protect: true,
    });
    new PrivateBucket(this, 'state', {
      name: stateBucketName(account),
      key: stateKey,
      // State that was overwritten by mistake is found out late; each apply makes a version, so a few stay for ever.
      noncurrentDays: 90,
      noncurrentVersionsKept: 20,
      protect: true,
    });

    const imageKey = new EncryptionKey(this, 'image-key', {
      ...place,
      alias: 'holdfast-images',
      description: 'Images of the Holdfast service',
    });
    new ImageRepository(this, 'images', {
      name: imageRepositoryName,
      key: imageKey,
      imagesKept: 200,
      untaggedDays: 7,
    });

    new AccountDefaults(this, 'defaults');
    new MonthlyBudget(this, 'budget', {
      name: 'holdfast-monthly',
      limitUsd: account.monthlyBudgetUsd,
      emails: account.alertEmails,
    });
  }
}
