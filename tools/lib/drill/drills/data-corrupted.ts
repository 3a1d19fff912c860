import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from '../../../../app/test/support/servers';
import type { Drill, Place } from '../drill';

const counted = ({ postgres }: Place): number =>
  Number(postgres.sql("select count(*) from event_aggregates where name like 'drill-%'"));
/** Names of the rows that the mistake destroys. */
let destroyed: readonly string[] = [];
/** The database as it was at that moment: on AWS `restore-beside` makes it, which another drill does for servers of one's own. */
let earlier: PostgresServer | undefined;

const urlOf = ({ port }: PostgresServer) => `postgresql://postgres@127.0.0.1:${port}/holdfast`;

export const dataCorrupted: Drill = {
  runbook: 'data-corrupted',
  fault: 'a DELETE that is too wide; the database of the moment before is beside it, as RDS restores it',
  prepare: async ({ onEnd }) => {
    const server = await startPostgres();
    earlier = server;
    onEnd(() => server.stop());
  },
  inject: async (place) => {
    const { postgres, stepEnv } = place;
    while (counted(place) < 20) await sleep(100);
    const { PATH } = stepEnv;
    const script = `pg_dump --no-owner --no-acl "${urlOf(postgres)}" | psql -Xq "${urlOf(earlier as PostgresServer)}"`;
    execFileSync('bash', ['-e', '-o', 'pipefail', '-c', script], { env: { PATH }, stdio: 'pipe' });
    // What is counted after the copy is not destroyed: a restore to the very moment before would have it.
    destroyed = (earlier as PostgresServer).sql('select name from event_aggregates').split('\n');
    postgres.sql(`delete from event_aggregates where name in (${quoted(destroyed)})`);
  },
  detected: async (place) => missing(place) > 0,
  steps: [
    { name: 'stop-writing', expect: /ingestion/ },
    {
      name: 'copy-back',
      expect: /^commit$/im,
      instead: async ({ postgres, stepEnv, directory }, script) => {
        const dump = script.slice(0, script.indexOf('npm run access'));
        const there = dump
          .replace('--port 15433', `--port ${(earlier as PostgresServer).port}`)
          .replace('--username holdfast_owner', '--username postgres')
          .replace('rows.sql', join(directory, 'rows.sql'));
        const here = `psql -X -v ON_ERROR_STOP=1 "${urlOf(postgres)}" -c begin -f "${join(directory, 'rows.sql')}" -c commit`;
        const env = { PATH: stepEnv.PATH, table: 'event_aggregates' };
        return execFileSync('bash', ['-e', '-c', `${there}\n${here}`], {
          env,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
      },
    },
    { name: 'write-again', expect: /ingestion/ },
    { name: 'verify', expect: /HEALTHY/ },
  ],
  recovered: async (place) => missing(place) === 0,
};

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join();

/** Destroyed rows that are not back; how many rows there are says nothing, as events go on coming in. */
const missing = ({ postgres }: Place): number => {
  const back = postgres.sql(
    `select count(distinct name) from event_aggregates where name in (${quoted(destroyed)})`,
  );
  return new Set(destroyed).size - Number(back);
};
