import { BackupPlan, type BackupPlanRule } from '@cdktf/provider-aws/lib/backup-plan';
import { BackupSelection } from '@cdktf/provider-aws/lib/backup-selection';
import { Construct } from 'constructs';
import { arnIn, type Place } from '../identity/place';
import type { Role } from '../identity/role';
import { testInstances } from './roles';

type RuleName = 'hourly' | 'daily' | 'weekly' | 'monthly';
interface Kept {
  readonly keepDays: number;
}

/** What AWS Backup protects here, by the names of its API. */
export type Protected = 'RDS' | 'EBS' | 'EKS';

/**
 * What AWS Backup moves to cold storage; it ignores the wish for others. Volumes go by EBS's snapshot archive, and only
 * where they are backed up every 28 days or more seldom: monthly.
 */
export const hasColdStorage: Readonly<Record<Protected, boolean>> = { RDS: false, EBS: true, EKS: false };

/**
 * In UTC. RDS refuses snapshots in its backup window (01:00) and its maintenance window (Sunday 03:00), and for an hour
 * before; an hour's wait for the job to start must not lead into them.
 */
const schedules: Readonly<Record<RuleName, string>> = {
  hourly: 'cron(15 4-22 ? * * *)',
  daily: 'cron(30 5 ? * * *)',
  weekly: 'cron(30 6 ? * SUN *)',
  monthly: 'cron(30 7 1 * ? *)',
};

/** Which rules concern what: volumes are saved day by day with the cluster, by Velero. */
const rulesOf: Readonly<Record<Protected, readonly RuleName[]>> = {
  RDS: ['hourly', 'daily', 'weekly', 'monthly'],
  EKS: ['daily'],
  EBS: ['monthly'],
};

/** A vault that gets copies, and of what. */
export interface CopyTarget extends Kept {
  readonly vaultArn: string;
  readonly of: readonly Protected[];
  readonly rules: readonly RuleName[];
}

export interface PlanProps extends Place {
  /** Of the environment's resources, such as holdfast-prod; the plan is called after it. */
  readonly name: string;
  readonly kind: Protected;
  /** Name of the vault as known at apply. */
  readonly vault: string;
  readonly rules: {
    readonly [R in Exclude<RuleName, 'monthly'>]?: Kept;
  } & { readonly monthly?: Kept & { readonly coldAfterDays?: number } };
  readonly copies: readonly CopyTarget[];
  readonly role: Role;
  /** What is protected carries all of these; the provider's default tags are on everything. */
  readonly tags: Readonly<Record<string, string>>;
  /** Databases, by ARN, that carry the tags and are left out all the same. */
  readonly except?: readonly string[];
}

const names: Readonly<Record<Protected, string>> = { RDS: 'database', EBS: 'volumes', EKS: 'cluster' };
const everyOne = (place: Place, kind: Protected): string =>
  ({
    RDS: arnIn(place, 'rds', 'db:*'),
    EBS: arnIn(place, 'ec2', 'volume/*'),
    EKS: arnIn(place, 'eks', 'cluster/*'),
  })[kind];

/**
 * When recovery points are made of what carries the tags, and how long they stay. The selection names the kind as well:
 * then AWS Backup asks neither the account's opt-in settings nor for more permissions than that kind needs.
 *
 * No rule is continuous: AWS Backup would take RDS's own backup window and retention over, and Terraform would give them
 * back at each deployment (docs/decisions/0010-two-makers-of-backups.md).
 */
export class Plan extends Construct {
  constructor(scope: Construct, id: string, props: PlanProps) {
    super(scope, id);
    const { kind, except = [] } = props;
    const plan = new BackupPlan(this, 'plan', {
      name: `${props.name}-${names[kind]}`,
      rule: rulesOf[kind].flatMap((name) => this.rule(name, props)),
    });
    new BackupSelection(this, 'selection', {
      name: `${props.name}-${names[kind]}`,
      planId: plan.id,
      iamRoleArn: props.role.arn,
      resources: [everyOne(props, kind)],
      // What a test restores carries the tags of what was saved.
      notResources: kind === 'RDS' ? [arnIn(props, 'rds', `db:${testInstances}`), ...except] : undefined,
      condition: [
        {
          stringEquals: Object.entries(props.tags).map(([key, value]) => ({
            key: `aws:ResourceTag/${key}`,
            value,
          })),
        },
      ],
      dependsOn: props.role.permissions,
    });
  }

  private rule(name: RuleName, props: PlanProps): BackupPlanRule[] {
    const kept = props.rules[name];
    if (!kept) return [];
    const cold = hasColdStorage[props.kind] && 'coldAfterDays' in kept ? kept.coldAfterDays : undefined;
    const copies = props.copies.filter((copy) => copy.of.includes(props.kind) && copy.rules.includes(name));
    return [
      {
        ruleName: name,
        targetVaultName: props.vault,
        schedule: schedules[name],
        // Minutes: within an hour it has begun, or it counts as expired; within eight it is done.
        startWindow: 60,
        completionWindow: 480,
        lifecycle: {
          deleteAfter: kept.keepDays,
          ...(cold !== undefined && { coldStorageAfter: cold, optInToArchiveForSupportedResources: true }),
        },
        recoveryPointTags: { ...props.tags, rule: name },
        copyAction: copies.map((copy) => ({
          destinationVaultArn: copy.vaultArn,
          // Said although it is the default: the provider would else plan it as unknown, and so a change for ever.
          lifecycle: { deleteAfter: copy.keepDays, optInToArchiveForSupportedResources: false },
        })),
      },
    ];
  }
}
