import { type Problem, type Rule, when } from './rule';
import type { AwsEnvironment } from './schema';

/** What an environment that recovers another must be by itself. */
export const recoveryRules: readonly Rule[] = [
  {
    reads: ['recovery', 'region', 'recoveryRegion', 'name'],
    check: ({ name, region, recoveryRegion, recovery }) => {
      if (recovery === undefined) return [];
      const { of, role, traffic, database } = recovery;
      const backupsArn = database?.from === 'backups' ? database.backupsArn : undefined;
      return [
        ...when(of === name, 'recovery.of', 'must name another environment'),
        ...when(
          recoveryRegion !== undefined,
          'recoveryRegion',
          'must be left out: the environment is a second region itself',
        ),
        ...when(
          traffic === 'here' && role !== 'active',
          'recovery.traffic',
          'must be "source" while recovery.role is "standby": nothing would answer here',
        ),
        ...when(
          role === 'active' && database?.from === 'backups' && backupsArn === undefined,
          'recovery.database.backupsArn',
          `must be set when recovery.role is "active": \`aws rds describe-db-instance-automated-backups --region ${region}\` shows it`,
        ),
        ...when(
          backupsArn !== undefined && backupsArn.split(':')[3] !== region,
          'recovery.database.backupsArn',
          `must be of ${region}, where the copies are`,
        ),
      ];
    },
  },
];

/** What both must be alike in, each with the reason that the other region would not do without. */
const alike: readonly [string, string, (environment: AwsEnvironment) => unknown][] = [
  ['tier', 'the same rules hold for it', (e) => e.tier],
  ['account', 'copies lie in the account that they are made in', (e) => e.account],
  ['tags.dataClassification', 'it holds the same data', (e) => e.tags.dataClassification],
  ['domain.name', 'clients know no other', (e) => e.domain?.name],
  ['domain.zone', 'both write records of one name', (e) => e.domain?.zone],
  ['domain.delegated', 'its records only help together with the other’s', (e) => e.domain?.delegated],
  [
    'domain.alternativeNames',
    'clients know these names too',
    (e) => e.domain && [...e.domain.alternativeNames].sort(),
  ],
  ['cluster.version', 'what runs was tried on that', (e) => e.cluster.version],
  ['cluster.nodes.architecture', 'both run one image', (e) => e.cluster.nodes?.architecture],
  ['cluster.compute', 'both run one image', (e) => e.cluster.compute],
  ['database.engineVersion', 'it takes over the other’s data', (e) => e.database.engineVersion],
];

/** Further demands of a replica. */
const replicaAlike: readonly [string, string, (environment: AwsEnvironment) => unknown][] = [
  [
    'database.instanceClass',
    'PostgreSQL stops replaying on a server that admits fewer connections',
    (e) => e.database.instanceClass,
  ],
];

const shown = (value: unknown): string => JSON.stringify(value) ?? 'left out';

/** What two environments, and all of them together, must agree on. `names`: of all, the broken ones too. */
export function recoveryProblems(
  environments: readonly AwsEnvironment[],
  names: readonly string[],
): string[] {
  return environments.flatMap((environment) => {
    const { name, recovery } = environment;
    if (!recovery || recovery.of === name) return [];
    const problems: Problem[] = [];
    const source = environments.find((other) => other.name === recovery.of);
    if (source) problems.push(...pairProblems(environment, source));
    else {
      problems.push(
        ...when(
          !names.includes(recovery.of),
          'recovery.of',
          `must be an environment on AWS in environments/index.ts, not "${recovery.of}"`,
        ),
      );
    }
    const first = environments.find((other) => other.recovery?.of === recovery.of);
    problems.push(
      ...when(
        first !== environment,
        'recovery.of',
        `must not be "${recovery.of}", which environments/${first?.name}.ts recovers already`,
      ),
    );
    return problems.map(({ path, message }) => `environments/${name}.ts: ${path.join('.')} ${message}`);
  });
}

function pairProblems(environment: AwsEnvironment, source: AwsEnvironment): Problem[] {
  const { recovery, region, network, database } = environment;
  const file = `environments/${source.name}.ts`;
  const replica = recovery?.database.from === 'replica';
  return [
    ...when(
      source.recovery !== undefined,
      'recovery.of',
      `must not be "${source.name}", which recovers another itself`,
    ),
    ...when(
      source.recoveryRegion !== region,
      'region',
      `must be recoveryRegion of ${file}, which is ${shown(source.recoveryRegion)}: its copies are there`,
    ),
    // In a VPC that is there already the ranges are what they are.
    ...when(
      !network.existing && network.cidr !== source.network.recoveryCidr,
      'network.cidr',
      `must be network.recoveryCidr of ${file}, which is ${shown(source.network.recoveryCidr)}`,
    ),
    ...[...alike, ...(replica ? replicaAlike : [])].flatMap(([path, why, of]) =>
      when(
        JSON.stringify(of(environment)) !== JSON.stringify(of(source)),
        path,
        `must be ${shown(of(source))}, as in ${file}: ${why}`,
      ),
    ),
    ...when(
      database.storageGiB.max < source.database.storageGiB.max,
      'database.storageGiB.max',
      `must be at least ${source.database.storageGiB.max}, as in ${file}: a volume that has grown does not shrink`,
    ),
    ...when(
      replica && source.database.ownerPasswordVersion === undefined,
      'recovery.database.from',
      `must be "backups" unless database.ownerPasswordVersion of ${file} is set: RDS copies no instance whose password it manages`,
    ),
    ...when(
      replica && database.ownerPasswordVersion === undefined,
      'database.ownerPasswordVersion',
      'must be set, to 1 at first: RDS cannot take over the password of a replica',
    ),
  ];
}
