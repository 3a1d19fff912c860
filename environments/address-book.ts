import { freeRange, overlap, prefixLength } from './cidr';
import type { AwsEnvironment, ReservedRange } from './schema';

/** A range that somebody uses, or keeps. */
interface Claim {
  readonly cidr: string;
  /** Where it is written, for messages. */
  readonly file: string;
  readonly path: string;
  readonly environment?: AwsEnvironment;
}

const claimsOf = (environment: AwsEnvironment): Claim[] => {
  const { network } = environment;
  const claim = (path: string, cidr: string): Claim => ({
    cidr,
    file: `environments/${environment.name}.ts`,
    path,
    environment,
  });
  return [
    ...(network.existing
      ? [
          claim('network.existing.cidr', network.existing.cidr),
          ...network.existing.otherCidrs.map((cidr, index) =>
            claim(`network.existing.otherCidrs[${index}]`, cidr),
          ),
        ]
      : [claim('network.cidr', network.cidr)]),
    ...(network.recoveryCidr ? [claim('network.recoveryCidr', network.recoveryCidr)] : []),
  ];
};

/** Whether `taker` is the network that `keeper` keeps a range for: exactly it, in the region that it is kept for. */
const takesOver = (keeper: Claim, taker: Claim): boolean =>
  keeper.path === 'network.recoveryCidr' &&
  taker.path === 'network.cidr' &&
  keeper.cidr === taker.cidr &&
  keeper.environment?.recoveryRegion !== undefined &&
  keeper.environment.recoveryRegion === taker.environment?.region &&
  keeper.environment !== taker.environment;

/**
 * No address twice: not in two environments, not in the range that one keeps for its second region, not in what
 * environments/reserved.ts keeps for others. So that any of them can be peered, or meet behind a transit gateway.
 */
export function addressConflicts(
  environments: readonly AwsEnvironment[],
  reserved: readonly ReservedRange[],
): string[] {
  const claims: Claim[] = [
    ...reserved.map(({ cidr }, index) => ({
      cidr,
      file: 'environments/reserved.ts',
      path: `reserved[${index}]`,
    })),
    ...environments.flatMap(claimsOf),
  ];
  return claims.flatMap((one, index) =>
    claims
      .slice(0, index)
      .filter((other) => overlap(one.cidr, other.cidr) && !takesOver(one, other) && !takesOver(other, one))
      .map((other) => {
        const taken = claims.filter((claim) => claim !== one).map(({ cidr }) => cidr);
        const free = freeRange(prefixLength(one.cidr), taken);
        return (
          `${one.file}: ${one.path} ${one.cidr} must not overlap with ${other.cidr} of ${other.file} (${other.path})` +
          (free ? `; ${free} is free` : '')
        );
      }),
  );
}
