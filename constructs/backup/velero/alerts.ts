import type { AlertGroup } from '../../observability/alert';
import { ofExporter, query } from '../../observability/query';

const hours = 3600;

/** What Velero's backups are watched for. They run once a day. */
export const veleroAlerts: readonly AlertGroup[] = [
  {
    name: 'velero',
    alerts: [
      {
        name: 'ClusterBackupFailed',
        expr: query`max by (schedule) (${ofExporter('velero_backup_last_status', { schedule: '.+' })}) == 0`,
        for: '15m',
        severity: 'warning',
        summary: 'The last backup by the schedule {{ $labels.schedule }} failed, or is incomplete',
        description: 'What the cluster holds is saved as of the day before, until a backup succeeds.',
        runbook: 'backup-failing',
      },
      {
        name: 'ClusterBackupLate',
        expr: query`time() - max by (schedule) (${ofExporter('velero_backup_last_successful_timestamp', { schedule: '.+' })}) > ${26 * hours}`,
        for: '30m',
        severity: 'critical',
        summary:
          'The schedule {{ $labels.schedule }} has made no good backup for {{ $value | humanizeDuration }}',
        description: 'What the cluster holds can be brought back only as it was then.',
        runbook: 'backup-failing',
      },
    ],
  },
];
