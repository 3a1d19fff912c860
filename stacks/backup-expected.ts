import type { ExpectedPoint } from '../constructs/backup/state-watch';
import type { AwsEnvironment } from '../environments/schema';

/** Of the vault in recoveryRegion. */
export const recoveryVaultName = (name: string): string => `${name}-copies`;

/** A day, and the hours that a job may take to begin and to end. */
const daily = 36;

/** The recovery points that must be there at any time: of the rule that comes most often, and of its copies. */
export function expectedPoints(
  name: string,
  { region, recoveryRegion, backup }: AwsEnvironment,
): readonly ExpectedPoint[] {
  const own = { vault: name, region, maxHours: daily };
  return [
    { ...own, what: 'the database', kind: 'RDS' },
    ...(backup.cluster ? [{ ...own, what: 'the cluster', kind: 'EKS' } as const] : []),
    ...(recoveryRegion && backup.regionCopies
      ? [
          {
            ...own,
            what: 'the database',
            kind: 'RDS',
            vault: recoveryVaultName(name),
            region: recoveryRegion,
          } as const,
        ]
      : []),
  ];
}
