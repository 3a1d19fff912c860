import { EcrReplicationConfiguration } from '@cdktf/provider-aws/lib/ecr-replication-configuration';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface ImageReplicationProps {
  readonly accountId: string;
  /** Repository whose images are copied, with what its name begins. */
  readonly repository: string;
  /** Where to: at most 25 regions. */
  readonly regions: readonly string[];
  /** Repositories that are there: ECR would else make one of its own, without key and rules. */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * Copies each image to other regions as it is pushed, within minutes, under the same digest; what was pushed before is not
 * copied. One of these per account and region: it takes over what somebody has configured there.
 */
export class ImageReplication extends Construct {
  constructor(scope: Construct, id: string, props: ImageReplicationProps) {
    super(scope, id);
    new EcrReplicationConfiguration(this, 'replication', {
      replicationConfiguration: {
        rule: [
          {
            destination: props.regions.map((region) => ({ region, registryId: props.accountId })),
            repositoryFilter: [{ filter: props.repository, filterType: 'PREFIX_MATCH' }],
          },
        ],
      },
      dependsOn: props.dependsOn,
    });
  }
}
