import type { Construct } from 'constructs';
import { MonthlyBudget } from '../constructs/account/budget';
import { CostAnomalies } from '../constructs/account/cost-anomalies';
import { AccountDefaults } from '../constructs/account/defaults';
import { GithubDelivery } from '../constructs/account/github';
import type { StatePlace } from '../constructs/account/github-access';
import { ImageReplication } from '../constructs/account/image-replication';
import { AccountRegion } from '../constructs/account/region';
import { mailsName, SecurityBaseline, witnessArns } from '../constructs/account/security/baseline';
import { Zones } from '../constructs/account/zones';
import { type AwsTarget, HoldfastStack } from '../constructs/core/stack';
import { EncryptionKey } from '../constructs/encryption/key';
import { accessLogsGrant, PrivateBucket } from '../constructs/storage/bucket';
import { ImageRepository } from '../constructs/storage/image-repository';
import type { NamedAccount } from '../environments/load';
import type { AwsEnvironment } from '../environments/schema';
import {
  awsTags,
  configurationBucketName,
  imageRepositoryName,
  requestsBucketName,
  sharedState,
  stateBucketName,
  trailBucketName,
} from './props';

/** What bootstrap has to know of an environment. */
export type AccountEnvironment = Pick<AwsEnvironment, 'name' | 'monthlyBudgetUsd'> &
  Partial<Pick<AwsEnvironment, 'region' | 'recovery'>>;

/**
 * What an account holds once, whatever environments live in it: the bucket of every other stack's state, the images,
 * the budget, the account's defaults, what watches it, and who may deploy to it. Nothing reads its outputs: the names
 * derive from the account.
 */
export class BootstrapStack extends HoldfastStack {
  /** `environments`: those that live in the account. */
  constructor(
    scope: Construct,
    private readonly account: NamedAccount,
    environments: readonly AccountEnvironment[],
  ) {
    super(scope, {
      environment: 'bootstrap',
      component: account.name,
      state: account.bootstrapState === 'local' ? { kind: 'local' } : sharedState(account),
      tags: awsTags('bootstrap', account.tags),
    });
    const target = {
      accountId: account.id,
      region: account.region,
      isExampleAccount: account.isExample,
      definedIn: 'environments/accounts.ts',
    };
    this.useAws(target);
    const place = { accountId: account.id, region: account.region };

    const requests = new PrivateBucket(this, 'requests', {
      // No key: S3 delivers its own logs to no bucket with one.
      name: requestsBucketName(account),
      expireDays: account.retention.requestDays,
      noncurrentDays: 7,
      grants: [accessLogsGrant(requestsBucketName(account), account.id, 'holdfast-')],
      protect: true,
    });
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
      noncurrentDays: account.retention.stateVersionDays,
      noncurrentVersionsKept: 20,
      // Who read a state, which says how everything is made.
      accessLogs: requests,
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
      imagesKept: account.retention.imagesKept,
      untaggedDays: account.retention.untaggedImageDays,
    });

    new AccountDefaults(this, 'defaults');
    new MonthlyBudget(this, 'budget', {
      name: 'holdfast-monthly',
      limitUsd: account.monthlyBudgetUsd,
      emails: account.alertEmails,
    });
    for (const { name, monthlyBudgetUsd } of environments) {
      if (monthlyBudgetUsd === undefined) continue;
      new MonthlyBudget(this, `budget-${name}`, {
        name: `holdfast-${name}-monthly`,
        limitUsd: monthlyBudgetUsd,
        tag: { key: 'environment', value: name },
        emails: account.alertEmails,
      });
    }
    if (account.costAnomalies.monitor === 'managed') {
      new CostAnomalies(this, 'cost-anomalies', {
        ...place,
        name: 'holdfast-cost-anomalies',
        impactUsd: account.costAnomalies.impactUsd,
        emails: account.alertEmails,
      });
    }
    new Zones(this, 'zones', {
      names: account.zones.filter(({ ownership }) => ownership === 'managed').map(({ name }) => name),
    });
    new SecurityBaseline(this, 'security', {
      ...place,
      ...account.security,
      trailBucketName: trailBucketName(account),
      configurationBucketName: configurationBucketName(account),
      trailDays: account.retention.trailDays,
      configurationDays: account.retention.configurationDays,
      accessLogs: requests,
      emails: account.alertEmails,
    });
    const recovering = environments.flatMap(({ name, region, recovery }) =>
      recovery && region ? [{ name, region, of: recovery.of }] : [],
    );
    const states = this.elsewhere(target, recovering);
    if (account.github) {
      new GithubDelivery(this, 'github', {
        ...place,
        ...account.github,
        environments: environments.map(({ name }) => name),
        recovering: recovering.flatMap(({ name, of, region }) => {
          const state = states.get(region);
          return state ? [{ name, of, state }] : [];
        }),
        stateBucketName: stateBucketName(account),
        stateKeyArn: stateKey.arn,
        recordBucketNames: [
          trailBucketName(account),
          configurationBucketName(account),
          requestsBucketName(account),
        ],
        witnessArns: witnessArns(place),
      });
    }
  }

  /** Each region in which an environment recovers another, and what is kept there of it. */
  private elsewhere(
    target: AwsTarget,
    recovering: readonly { readonly region: string }[],
  ): ReadonlyMap<string, StatePlace> {
    const { account } = this;
    const regions = [...new Set(recovering.map(({ region }) => region))];
    const made = regions.map((region) => {
      const there = { id: account.id, region };
      const parts = new AccountRegion(this, region, {
        accountId: account.id,
        region,
        provider: this.useAwsElsewhere(target, region, region),
        stateBucketName: stateBucketName(there),
        requestsBucketName: requestsBucketName(there),
        stateVersionDays: account.retention.stateVersionDays,
        requestDays: account.retention.requestDays,
        images: {
          name: imageRepositoryName,
          imagesKept: account.retention.imagesKept,
          untaggedDays: account.retention.untaggedImageDays,
        },
        threats:
          account.security.guardDuty === 'managed'
            ? {
                runtimeAgents: account.security.runtimeAgents,
                name: mailsName,
                emails: account.alertEmails,
              }
            : undefined,
      });
      return { region, parts, stateBucketName: stateBucketName(there), stateKeyArn: parts.stateKeyArn };
    });
    if (made.length > 0) {
      new ImageReplication(this, 'image-replication', {
        accountId: account.id,
        repository: imageRepositoryName,
        regions,
        dependsOn: made.map(({ parts }) => parts.images.repository),
      });
    }
    return new Map(made.map(({ parts, ...state }) => [state.region, state]));
  }
}
