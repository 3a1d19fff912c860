import type { Construct } from 'constructs';
import { HoldfastStack } from '../constructs/core/stack';
import { postgresInUse, warnOfSupport } from '../constructs/core/support-calendar';
import type { AwsDeployment } from '../environments/load';
import { networkContract } from './contracts';
import { ownDatabase } from './data-database';
import type { NetworkStack } from './network';
import { awsStackProps, awsTarget, supportTerms } from './props';

/**
 * `<env>-data` while the environment stands by: a replica that nobody may connect to, with its key and its alarms. It
 * needs no cluster, and hands nothing on, because nothing else is there.
 */
export class StandbyDataStack extends HoldfastStack {
  constructor(scope: Construct, deployment: AwsDeployment, stacks: { readonly network: NetworkStack }) {
    super(scope, awsStackProps(deployment, 'data'));
    this.useAws(awsTarget(deployment));
    const network = networkContract.consume(this, stacks.network);
    const { postgres } = ownDatabase(this, { deployment, network });
    warnOfSupport(
      postgres,
      postgresInUse(deployment.environment.database.engineVersion),
      supportTerms(deployment),
    );
  }
}
