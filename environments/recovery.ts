import { prod } from './prod';
import type { AwsEnvironmentInput } from './schema';

type Role = NonNullable<AwsEnvironmentInput['recovery']>['role'];

/**
 * Production in its second region: whatever is not named here is production's, so that the two can't drift. standby is a
 * pilot light: network and a replica of the database. active is all of it (docs/recovery.md).
 */
export const recoveryAs = (role: Role) => {
  const active = role === 'active';
  return {
    ...prod,
    name: 'recovery',
    region: prod.recoveryRegion,
    monthlyBudgetUsd: active ? prod.monthlyBudgetUsd : 300,
    // Nobody recovers what recovers.
    recoveryRegion: undefined,
    recovery: { of: prod.name, role, traffic: 'source', database: { from: 'replica' } },
    network: {
      ...prod.network,
      cidr: prod.network.recoveryCidr,
      recoveryCidr: undefined,
      zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
      // A replica needs neither; gateways and endpoints of three zones would be the dearest part of a standby.
      nat: active ? prod.network.nat : 'none',
      interfaceEndpoints: active,
    },
    backup: { ...prod.backup, regionCopies: undefined },
  } satisfies AwsEnvironmentInput;
};

/**
 * The edits of a failover, each reviewed: 'active' makes every stack, and promotes the database for good; then
 * traffic: 'here' above leads the name here, and keeps it here (runbooks/failover.md).
 */
export const recovery = recoveryAs('standby');
