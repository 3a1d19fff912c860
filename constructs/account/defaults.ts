import { EbsEncryptionByDefault } from '@cdktf/provider-aws/lib/ebs-encryption-by-default';
import { Ec2InstanceMetadataDefaults } from '@cdktf/provider-aws/lib/ec2-instance-metadata-defaults';
import { S3AccountPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-account-public-access-block';
import { Construct } from 'constructs';

/**
 * What holds for everything in an account, whoever makes it: one of these per account. The last two are per region, the
 * provider's. Each takes over what is there already; destroying them puts AWS's own defaults back.
 */
export class AccountDefaults extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new S3AccountPublicAccessBlock(this, 'public-access-block', {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new EbsEncryptionByDefault(this, 'ebs-encryption', { enabled: true });
    new Ec2InstanceMetadataDefaults(this, 'instance-metadata', {
      // Version 2 alone, and one hop: a container, which is a hop further away, must not become its node.
      httpTokens: 'required',
      httpPutResponseHopLimit: 1,
    });
  }
}
