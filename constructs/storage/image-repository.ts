import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy';
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository';
import { Construct } from 'constructs';
import { tfJson } from '../core/tf-json';
import type { EncryptionKey } from '../encryption/key';

export interface ImageRepositoryProps {
  /** Changing it replaces the repository. */
  readonly name: string;
  /** Changing it replaces the repository, which AWS refuses while it holds images. */
  readonly key: EncryptionKey;
  /** Newest tagged images that stay. Older ones go, running or not: keep more than any environment lags behind. */
  readonly imagesKept: number;
  /** Days until an image without a tag goes: a build that failed half-way. */
  readonly untaggedDays: number;
}

/** A private image repository: a tag, once pushed, means the same image for ever. */
export class ImageRepository extends Construct {
  readonly repository: EcrRepository;

  constructor(scope: Construct, id: string, props: ImageRepositoryProps) {
    super(scope, id);
    this.repository = new EcrRepository(this, 'repository', {
      name: props.name,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: 'KMS', kmsKey: props.key.arn }],
    });
    new EcrLifecyclePolicy(this, 'lifecycle', {
      repository: this.repository.name,
      policy: tfJson({
        rules: [
          {
            rulePriority: 1,
            description: 'untagged images',
            selection: {
              tagStatus: 'untagged',
              countType: 'sinceImagePushed',
              countUnit: 'days',
              countNumber: props.untaggedDays,
            },
            action: { type: 'expire' },
          },
          {
            rulePriority: 2,
            description: `all but the newest ${props.imagesKept}`,
            selection: {
              tagStatus: 'tagged',
              tagPatternList: ['*'],
              countType: 'imageCountMoreThan',
              countNumber: props.imagesKept,
            },
            action: { type: 'expire' },
          },
        ],
      }),
    });
  }
}
