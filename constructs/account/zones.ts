import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';

export interface ZonesProps {
  /** Names of the public zones that are made. Taking one out destroys it, unless it is taken out of the state first. */
  readonly names: readonly string[];
}

/**
 * Public zones, and the name servers to delegate them to. They are made once: a zone that is made again has other name
 * servers, and until the delegation follows, every name in it is gone.
 */
export class Zones extends Construct {
  constructor(scope: Construct, id: string, { names }: ZonesProps) {
    super(scope, id);
    for (const name of names) {
      const zoneId = name.replaceAll('.', '-');
      const zone = new Route53Zone(this, zoneId, {
        name,
        comment: 'Holdfast; environments write their own names into it',
        lifecycle: { preventDestroy: true },
      });
      new TerraformOutput(this, `${zoneId}-name-servers`, {
        value: zone.nameServers,
        description: `Name servers to delegate ${name} to, by NS records in the zone above it.`,
      }).overrideLogicalId(`name_servers_${name.replaceAll(/[.-]/g, '_')}`);
    }
  }
}
