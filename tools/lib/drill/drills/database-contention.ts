import { spawn } from 'node:child_process';
import type { Drill, Place } from '../drill';

/** Sessions that wait for the lock. */
const waiting = ({ postgres }: Place): number =>
  Number(postgres.sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"));

/** The statements that the step tells a person to type, after `npm run access -- prod psql --owner`. */
const typed = (script: string): string =>
  script
    .split('\n')
    .filter((line) => line.startsWith('# '))
    .map((line) => line.slice(2))
    .join('\n');

export const databaseContention: Drill = {
  runbook: 'database-contention',
  fault: "somebody's psql locks the table of events and is left open",
  exporter: true,
  // As the owner at RDS may, who is a member of rds_superuser.
  beforeStart: async ({ postgres }) => {
    postgres.sql('grant pg_monitor, pg_signal_backend to holdfast_owner');
    return {};
  },
  inject: ({ postgres, onEnd }) => {
    const args = [
      '-h',
      postgres.host,
      '-p',
      String(postgres.port),
      '-U',
      postgres.user,
      '-d',
      postgres.database,
    ];
    const forgotten = spawn('psql', args, { stdio: ['pipe', 'ignore', 'ignore'] });
    forgotten.stdin.on('error', () => {});
    forgotten.stdin.write('begin; lock table event_batches in access exclusive mode;\n');
    onEnd(() => forgotten.kill('SIGKILL'));
  },
  detected: async (place) => waiting(place) > 0,
  steps: [
    {
      name: 'who-blocks',
      expect: /\|holdfast_owner\|idle in transaction\|[\s\S]*\{\d+\}/,
      instead: async ({ postgres }, script) => postgres.sql(typed(script), 'holdfast_owner'),
    },
    {
      name: 'end-session',
      expect: /^t$/m,
      instead: async ({ postgres }, script) => {
        const blocking = "(pg_blocking_pids(pid))[1] from pg_stat_activity where wait_event_type = 'Lock'";
        const pid = postgres.sql(`select ${blocking} order by xact_start limit 1`);
        return postgres.sql(typed(script).replace('4711', pid), 'holdfast_owner');
      },
    },
    { name: 'verify', expect: /sessions_waiting 0$/m },
  ],
  recovered: async (place) =>
    waiting(place) === 0 && (await place.status('collector', 'database')) === 'HEALTHY',
};
