import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheUser, roles, serviceRoleNames } from '../../../../app/src/contract';
import type { Drill, Place, Servers } from '../drill';

/** What stood in a log. */
const leaked = 'leaked-'.repeat(4);
const login = roles.worker.databaseUser;
const user = (role: (typeof serviceRoleNames)[number]) => cacheUser(role, 'local');
/** Processes of the roles before the rotation: none of them may be another afterwards. */
let processes: string;

const processesOf = ({ pods }: Place) =>
  pods
    .list()
    .map(({ process }) => process.child.pid)
    .join();

/** Sessions of whoever found the password. */
const strangers = ({ postgres }: Place) =>
  Number(postgres.sql("select count(*) from pg_stat_activity where application_name = 'stranger'"));

/** The servers ask for passwords from now on. */
async function demandPasswords({
  postgres,
  redis,
  directory,
}: Servers): Promise<Record<string, string | undefined>> {
  const logins = serviceRoleNames.map((role) => roles[role].databaseUser);
  const file = postgres.sql('show hba_file');
  writeFileSync(file, `host all ${logins.join()} 127.0.0.1/32 scram-sha-256\n${readFileSync(file, 'utf8')}`);
  for (const name of logins) postgres.sql(`alter role ${name} password '${leaked}'`);
  postgres.sql('select pg_reload_conf()');
  for (const role of serviceRoleNames)
    await redis.ask('ACL', 'SETUSER', user(role), 'on', `>${leaked}`, '~*', '&*', '+@all');
  const paths = { database: join(directory, 'database-password'), cache: join(directory, 'cache-password') };
  for (const path of Object.values(paths)) writeFileSync(path, leaked, { mode: 0o600 });
  return {
    HOLDFAST_DATABASE_PASSWORD: undefined,
    HOLDFAST_DATABASE_PASSWORD_FILE: paths.database,
    HOLDFAST_CACHE_AUTH: 'password',
    HOLDFAST_CACHE_PASSWORD_FILE: paths.cache,
  };
}

function databaseTakes(password: string, { postgres }: Place): boolean {
  const args = ['-h', postgres.host, '-p', String(postgres.port), '-U', login, '-d', postgres.database];
  const env = { PATH: process.env.PATH, PGPASSWORD: password };
  return spawnSync('psql', [...args, '-XAtc', 'select 1'], { env }).status === 0;
}

function cacheTakes(password: string, { redis, stepEnv }: Place): boolean {
  const login = ['--user', user('worker'), '--pass', password, '--no-auth-warning'];
  const args = ['-p', String(redis.port), ...login, 'ACL', 'WHOAMI'];
  const { stdout } = spawnSync('valkey-cli', args, { env: { PATH: stepEnv.PATH }, encoding: 'utf8' });
  return stdout.trim() === user('worker');
}

export const credentialsLeaked: Drill = {
  runbook: 'credentials-leaked',
  fault:
    'the passwords of database and cache stood in a log, and a stranger is logged in with one; both are rotated under load',
  beforeStart: demandPasswords,
  prepare: async (place) => {
    processes = processesOf(place);
  },
  inject: (place) => {
    const { postgres, onEnd } = place;
    const args = ['-h', postgres.host, '-p', String(postgres.port), '-U', login, '-d', postgres.database];
    const env = { PATH: process.env.PATH, PGPASSWORD: leaked, PGAPPNAME: 'stranger' };
    const stranger = spawn('psql', args, { env, stdio: ['pipe', 'ignore', 'ignore'] });
    // What the server ends, psql notices when it is asked next; a pipe that is closed then is none of our concern.
    stranger.stdin.on('error', () => {});
    onEnd(() => stranger.kill('SIGKILL'));
  },
  detected: async (place) => strangers(place) === 1,
  steps: [
    { name: 'rotate-database-logins' },
    { name: 'rotate-cache-users', expect: /OK/ },
    {
      name: 'rotation-seen',
      expect: /(a secret was rotated[\s\S]*){6}/,
    },
    { name: 'end-database-sessions', expect: /^[1-9]\d*$/m },
    { name: 'end-cache-sessions', expect: /OK\n[1-9]/ },
    { name: 'verify', expect: /HEALTHY/ },
  ],
  recovered: async (place) => {
    const healthy = await Promise.all(
      serviceRoleNames.flatMap((role) => ['database', 'cache'].map((name) => place.status(role, name))),
    );
    return (
      strangers(place) === 0 &&
      !databaseTakes(leaked, place) &&
      !cacheTakes(leaked, place) &&
      databaseTakes(readFileSync(place.stepEnv.HOLDFAST_DATABASE_PASSWORD_FILE as string, 'utf8'), place) &&
      processesOf(place) === processes &&
      healthy.every((status) => status === 'HEALTHY')
    );
  },
};
