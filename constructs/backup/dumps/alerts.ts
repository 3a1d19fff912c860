import type { AlertGroup } from '../../observability/alert';
import { ofExporter, query } from '../../observability/query';
import { dumps, dumpsNamespace } from './names';

const hour = 3600;
const cronjob = { namespace: dumpsNamespace, cronjob: dumps };

/** Hours after the last success, for the schedule that environments have by default. */
export const defaultLateHours = 26;

/**
 * What the scheduled backup of the database is watched for: a CronJob that never succeeded is as old as it is there.
 *
 * @param lateHours hours after the last success
 */
export const dumpAlerts = (lateHours: number): readonly AlertGroup[] => [
  {
    name: 'database-dumps',
    alerts: [
      {
        name: 'DatabaseDumpLate',
        expr: query`time() - (max(${ofExporter('kube_cronjob_status_last_successful_time', cronjob)}) or max(${ofExporter('kube_cronjob_created', cronjob)})) > ${lateHours * hour}`,
        for: '30m',
        severity: 'warning',
        summary: 'The scheduled dump of the database has not succeeded for {{ $value | humanizeDuration }}',
        description:
          'Snapshots at AWS are made all the same; what can be restored anywhere, without AWS, is as old as that.',
        runbook: 'database-dump-late',
      },
    ],
  },
];
