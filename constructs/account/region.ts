import { EbsEncryptionByDefault } from '@cdktf/provider-aws/lib/ebs-encryption-by-default';
import { Ec2InstanceMetadataDefaults } from '@cdktf/provider-aws/lib/ec2-instance-metadata-defaults';
import { Aspects, type TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { MadeWith } from '../core/stack';
import { EncryptionKey } from '../encryption/key';
import type { Place } from '../identity/place';
import { accessLogsGrant, PrivateBucket } from '../storage/bucket';
import { ImageRepository, type ImageRepositoryProps } from '../storage/image-repository';
import { FindingMails } from './security/finding-mails';
import { ThreatDetection } from './security/guardduty';

export interface AccountRegionProps extends Place {
  /** Of the region. */
  readonly provider: TerraformProvider;
  /** Of states. Unique in the world; changing it replaces the bucket, which Terraform refuses. */
  readonly stateBucketName: string;
  /** Of the requests to them. */
  readonly requestsBucketName: string;
  /** Days that a replaced state can be brought back. */
  readonly stateVersionDays: number;
  /** Days that the log of requests is kept. */
  readonly requestDays: number;
  /** Of the repository that images are copied into. */
  readonly images: Omit<ImageRepositoryProps, 'key'>;
  /** GuardDuty, if it is ours to run: a detector is of one region. */
  readonly threats?: {
    readonly runtimeAgents: boolean;
    /** Of the topic. */
    readonly name: string;
    readonly emails: readonly string[];
  };
}

/**
 * What an account holds once more, in the region in which an environment recovers another: states, images, and the
 * defaults and the watch that AWS keeps by region. As little as possible, because all of it is paid for while nothing runs
 * there (docs/decisions/0011-recovery-region.md says what is left out).
 */
export class AccountRegion extends Construct {
  readonly stateKeyArn: string;
  /** Images can be copied there once it exists. */
  readonly images: ImageRepository;

  constructor(scope: Construct, id: string, props: AccountRegionProps) {
    super(scope, id);
    Aspects.of(this).add(new MadeWith(props.provider));
    const place = { accountId: props.accountId, region: props.region };
    const requests = new PrivateBucket(this, 'requests', {
      name: props.requestsBucketName,
      expireDays: props.requestDays,
      noncurrentDays: 7,
      grants: [accessLogsGrant(props.requestsBucketName, props.accountId, 'holdfast-')],
      protect: true,
    });
    const stateKey = new EncryptionKey(this, 'state-key', {
      ...place,
      alias: 'holdfast-state',
      description: 'Terraform state of the Holdfast stacks that recover others',
      protect: true,
    });
    this.stateKeyArn = stateKey.arn;
    new PrivateBucket(this, 'state', {
      name: props.stateBucketName,
      key: stateKey,
      noncurrentDays: props.stateVersionDays,
      noncurrentVersionsKept: 20,
      accessLogs: requests,
      protect: true,
    });
    const imageKey = new EncryptionKey(this, 'image-key', {
      ...place,
      alias: 'holdfast-images',
      description: 'Copies of the images of the Holdfast service',
    });
    this.images = new ImageRepository(this, 'images', { ...props.images, key: imageKey });
    new EbsEncryptionByDefault(this, 'ebs-encryption', { enabled: true });
    new Ec2InstanceMetadataDefaults(this, 'instance-metadata', {
      httpTokens: 'required',
      httpPutResponseHopLimit: 1,
    });
    if (props.threats) {
      new ThreatDetection(this, 'guardduty', props.threats);
      new FindingMails(this, 'finding-mails', { ...place, ...props.threats });
    }
  }
}
