import type { AlarmRule } from '../alarms/alarm';
import { instanceClass } from './instance-class';
import { bytesPerConnection, mostConnections } from './tuning';

const gib = 2 ** 30;

export interface WatchedInstance {
  readonly role: 'primary' | 'replica';
  readonly instanceClass: string;
  /** GiB. */
  readonly storageGiB: { readonly initial: number; readonly max: number };
}

/**
 * What somebody is called for. Thresholds without a source are starting points: no load has been measured on AWS.
 * Missing on purpose: deadlocks, which RDS for PostgreSQL reports to Performance Insights but not to CloudWatch, and
 * BurstBalance, which gp3 doesn't have.
 */
export function databaseAlarms(instance: WatchedInstance): AlarmRule[] {
  const { memoryGiB, burstable } = instanceClass(instance.instanceClass);
  return [
    {
      id: 'cpu',
      metric: 'CPUUtilization',
      statistic: 'Average',
      // AWS's own recommendation.
      threshold: { above: 90 },
      unit: '%',
      minutes: 15,
      // The one alarm that also tells that the instance is gone; a failover is over long before it.
      silence: 'breaching',
      meaning:
        'The processor is busy, or the instance reports nothing any more: find the statement that costs most.',
      runbook: 'database-saturated',
    },
    {
      id: 'memory',
      metric: 'FreeableMemory',
      statistic: 'Minimum',
      // A twentieth: below it PostgreSQL's next large sort may get it killed, and every connection with it.
      threshold: { below: Math.round((memoryGiB * gib) / 20) },
      unit: 'bytes',
      minutes: 15,
      silence: 'not-breaching',
      meaning: 'Memory runs out, and the server would restart: end what takes it, or take a larger class.',
      runbook: 'database-saturated',
    },
    {
      id: 'connections',
      metric: 'DatabaseConnections',
      statistic: 'Maximum',
      threshold: { above: manyConnections(memoryGiB) },
      unit: 'connections',
      minutes: 15,
      silence: 'not-breaching',
      meaning: 'At max_connections nobody gets in any more: see who holds so many.',
      runbook: 'database-saturated',
    },
    ...volumeAlarms(instance),
    ...(burstable ? [credits] : []),
    ...(instance.role === 'primary' ? [transactionIds] : [replicaLag]),
  ];
}

/** RDS computes max_connections from what it leaves of the memory: 70 % of the whole are some 80 % of that. */
const manyConnections = (memoryGiB: number): number =>
  Math.floor(0.7 * Math.min((memoryGiB * gib) / bytesPerConnection, mostConnections));

/**
 * Bytes. RDS grows the volume when a tenth of it is free, and a full one stops the database: this is below that tenth,
 * where RDS can't or doesn't grow it, and still something once the volume has grown.
 */
const littleStorage = ({ initial, max }: WatchedInstance['storageGiB']): number =>
  Math.round(Math.min(initial / 10, Math.max(initial / 20, max / 100)) * gib);

const volumeAlarms = ({ storageGiB }: WatchedInstance): AlarmRule[] => [
  {
    id: 'storage',
    metric: 'FreeStorageSpace',
    statistic: 'Minimum',
    threshold: { below: littleStorage(storageGiB) },
    unit: 'bytes',
    minutes: 15,
    // An instance whose volume is full stops reporting.
    silence: 'ignore',
    meaning:
      'The volume fills up and RDS did not grow it; full, the database stops: find what grows, raise the limit.',
    runbook: 'database-storage-full',
  },
  ...(['EBSIOBalance%', 'EBSByteBalance%'] as const).map(
    (metric): AlarmRule => ({
      id: metric === 'EBSIOBalance%' ? 'io-balance' : 'byte-balance',
      metric,
      statistic: 'Minimum',
      threshold: { below: 20 },
      unit: '%',
      minutes: 15,
      // Only sizes whose storage bandwidth is borrowed for half an hour a day report it.
      silence: 'not-breaching',
      meaning:
        'At zero the instance falls back to its baseline of storage bandwidth: find what reads or writes so much.',
      runbook: 'database-saturated',
    }),
  ),
];

const credits: AlarmRule = {
  id: 'cpu-credits',
  metric: 'CPUCreditBalance',
  statistic: 'Average',
  // Twenty minutes of one processor.
  threshold: { below: 20 },
  unit: 'credits',
  // A new instance begins with none and earns these within the first hour.
  minutes: 120,
  silence: 'not-breaching',
  meaning:
    'The class is too small for its load: RDS goes on at full speed and charges for what exceeds the credits.',
  runbook: 'database-saturated',
};

const transactionIds: AlarmRule = {
  id: 'transaction-ids',
  metric: 'MaximumUsedTransactionIDs',
  statistic: 'Maximum',
  // Half of what there is; PostgreSQL's own emergency vacuum begins at 1.6 billion, and at 2.1 it takes no more writes.
  threshold: { above: 1_000_000_000 },
  unit: 'transactions',
  minutes: 15,
  silence: 'not-breaching',
  meaning:
    'Vacuum is kept from freezing old rows, and in the end PostgreSQL refuses every write: find what holds it.',
  runbook: 'database-wraparound',
};

const replicaLag: AlarmRule = {
  id: 'replica-lag',
  metric: 'ReplicaLag',
  statistic: 'Maximum',
  // It is the age of the last transaction that came over: up to five minutes where nobody writes.
  threshold: { above: 600 },
  unit: 's',
  minutes: 15,
  silence: 'breaching',
  meaning:
    'The replica is behind or cut off: whoever reads from it gets old data, and its slot keeps WAL on the primary.',
  runbook: 'database-replica-lagging',
};
