import { AccessanalyzerAnalyzer } from '@cdktf/provider-aws/lib/accessanalyzer-analyzer';
import { IamAccountPasswordPolicy } from '@cdktf/provider-aws/lib/iam-account-password-policy';
import { Inspector2Enabler } from '@cdktf/provider-aws/lib/inspector2-enabler';
import { Construct } from 'constructs';
import { arnIn, logGroupArn, type Place } from '../../identity/place';
import type { PrivateBucket } from '../../storage/bucket';
import { FindingMails } from './finding-mails';
import { ThreatDetection } from './guardduty';
import { ConfigurationRecorder } from './recorder';
import { SecurityFindings } from './security-hub';
import { AuditTrail, trailLogGroupName } from './trail';

/**
 * `managed`: made here. `adopted`: somebody else's, an organisation's for instance; nothing is made, and what builds on
 * it may. `off`: not there at all.
 */
export type Singleton = 'managed' | 'adopted' | 'off';

export interface SecurityBaselineProps extends Place {
  readonly guardDuty: Singleton;
  /** See ThreatDetection; only where GuardDuty is managed. */
  readonly runtimeAgents: boolean;
  readonly securityHub: Singleton;
  readonly cloudTrail: Singleton;
  readonly config: Singleton;
  readonly accessAnalyzer: Singleton;
  readonly inspector: Singleton;
  readonly passwordPolicy: Singleton;
  /** Unique in the world. Changing one replaces the bucket, which Terraform refuses. */
  readonly trailBucketName: string;
  readonly configurationBucketName: string;
  /** Days. */
  readonly trailDays: number;
  /** Days, at least 30. */
  readonly configurationDays: number;
  /** Bucket that gets a line for each request to the records; it must let S3 write there. */
  readonly accessLogs: PrivateBucket;
  /** Who hears of GuardDuty's serious findings, where it is managed. */
  readonly emails: readonly string[];
}

const trailName = 'holdfast-trail';
/** Of the topic of GuardDuty's findings, in each region. */
export const mailsName = 'holdfast-findings';

/** ARNs of what tells people, and of what they search: whoever deploys may neither silence nor erase them. */
export const witnessArns = (place: Place): readonly [string, ...string[]] => [
  arnIn(place, 'events', `rule/${mailsName}`),
  arnIn(place, 'sns', mailsName),
  logGroupArn(place, `${trailLogGroupName(trailName)}*`),
];

/** What watches an account: all of it once per account and region, so each part may be somebody else's already. */
export class SecurityBaseline extends Construct {
  constructor(scope: Construct, id: string, props: SecurityBaselineProps) {
    super(scope, id);
    const place = { accountId: props.accountId, region: props.region };
    if (props.guardDuty === 'managed') {
      new ThreatDetection(this, 'guardduty', { runtimeAgents: props.runtimeAgents });
      new FindingMails(this, 'finding-mails', { ...place, name: mailsName, emails: props.emails });
    }
    const recorder =
      props.config === 'managed'
        ? new ConfigurationRecorder(this, 'config', {
            ...place,
            name: 'holdfast',
            bucketName: props.configurationBucketName,
            retentionDays: props.configurationDays,
            accessLogs: props.accessLogs,
          })
        : undefined;
    if (props.securityHub === 'managed') {
      new SecurityFindings(this, 'security-hub', {
        region: props.region,
        after: recorder && [recorder.running],
      });
    }
    if (props.cloudTrail === 'managed') {
      new AuditTrail(this, 'trail', {
        ...place,
        name: trailName,
        bucketName: props.trailBucketName,
        retentionDays: props.trailDays,
        accessLogs: props.accessLogs,
      });
    }
    if (props.accessAnalyzer === 'managed') {
      new AccessanalyzerAnalyzer(this, 'access-analyzer', { analyzerName: 'holdfast', type: 'ACCOUNT' });
    }
    if (props.inspector === 'managed') {
      // Images when they are pushed, and again whenever a new weakness becomes known; nodes and functions are not.
      new Inspector2Enabler(this, 'inspector', { accountIds: [props.accountId], resourceTypes: ['ECR'] });
    }
    if (props.passwordPolicy === 'managed') {
      new IamAccountPasswordPolicy(this, 'password-policy', {
        minimumPasswordLength: 14,
        passwordReusePrevention: 24,
        requireLowercaseCharacters: true,
        requireUppercaseCharacters: true,
        requireNumbers: true,
        requireSymbols: true,
        allowUsersToChangePassword: true,
      });
    }
  }
}
