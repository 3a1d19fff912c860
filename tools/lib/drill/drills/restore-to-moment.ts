import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildDirectory } from '../../../../app/test/support/cache-directory';
import { freePort } from '../../../../app/test/support/servers';
import type { Drill, Place } from '../drill';
import { forPostgres } from '../place';

const counted = ({ postgres }: Place): number =>
  Number(postgres.sql("select count(*) from event_aggregates where name like 'drill-%'"));
/** Names of the rows that there were before the mistake. */
let before: readonly string[] = [];
const names = ({ postgres }: Place): string[] =>
  postgres.sql("select distinct name from event_aggregates where name like 'drill-%'").split('\n');
/** How many rows there are says nothing, as events go on coming in. */
const allBack = (place: Place): boolean => {
  const now = new Set(names(place));
  return before.every((name) => now.has(name));
};

export const restoreToMoment: Drill = {
  runbook: 'restore-to-moment',
  fault: 'a DELETE without its WHERE; events go on coming in',
  prepare: async ({ postgres, holdfast, stepEnv }) => {
    const main = join(buildDirectory(), 'dist/main.js');
    const [store, key] = [stepEnv.HOLDFAST_BACKUP_STORE, stepEnv.HOLDFAST_BACKUP_KEY_FILE];
    const archive = `"${process.execPath}" "${main}" backup archive-wal "%p" --store "${store}" --key-file "${key}"`;
    postgres.sql("alter system set archive_mode = 'on'");
    postgres.sql(`alter system set archive_command = '${archive}'`);
    await postgres.restart();
    await holdfast('gateway', 'backup', 'create', 'postgres-base', '--login', 'postgres');
  },
  inject: async (place) => {
    const { postgres, stepEnv, directory } = place;
    while (counted(place) < 20) await sleep(100);
    before = names(place);
    // One call: what is written between the moment and the mistake is lost.
    stepEnv.MOMENT = postgres.sql(
      `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'); delete from event_aggregates`,
    );
    stepEnv.RESTORED = join(directory, 'restored');
    stepEnv.RESTORED_PORT = String(await freePort());
    mkdirSync(stepEnv.RESTORED);
    forPostgres(stepEnv.RESTORED);
  },
  detected: async (place) => !allBack(place),
  steps: [
    { name: 'list-backups', expect: /postgres-base/ },
    { name: 'archive-now', expect: /\d\/\w+/ },
    { name: 'restore-beside', expect: /event round trip/ },
    {
      name: 'start-restored',
      // pg_ctl refuses root, which drills may run as; the drill starts the same server as the user that owns nothing.
      instead: async ({ stepEnv, directory, onEnd }) => {
        const { RESTORED = '', RESTORED_PORT = '', PATH = '' } = stepEnv;
        const args = [
          '-D',
          RESTORED,
          '-p',
          RESTORED_PORT,
          '-h',
          '127.0.0.1',
          '-k',
          directory,
          '-c',
          'archive_mode=off',
        ];
        const as = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
        const server = spawn('postgres', args, { ...as, env: { PATH }, stdio: 'ignore' });
        const ended = new Promise<void>((done) => server.once('close', () => done()));
        onEnd(async () => {
          server.kill('SIGINT');
          await ended;
        });
        await sleep(1500);
        return 'server started';
      },
    },
    { name: 'copy-back', expect: /COMMIT/ },
    { name: 'verify', expect: /event round trip/ },
  ],
  recovered: async (place) => allBack(place),
};
