import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A throw-away server on a free port of 127.0.0.1. Its data is gone after `stop`. */
export interface TestServer {
  readonly host: string;
  readonly port: number;
  /** Ends it in an orderly way and removes its data. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. `restart` brings it back with its data. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with its data. */
  restart(): Promise<void>;
  /** Freezes it with all its processes: connections stay, answers don't come. */
  stall(): void;
  /** Lets it go on. */
  resume(): void;
}

export interface PostgresServer extends TestServer {
  /** Owner of the database; may create roles. */
  readonly user: 'holdfast_owner';
  readonly database: 'holdfast';
  /** Any password is accepted: the server trusts the loopback. */
  readonly password: string;
  /** Runs SQL as a superuser and gives psql's unaligned output. */
  sql(statement: string, asUser?: string): string;
}

/**
 * @param major PostgreSQL's major version; default: the newest that is installed
 * @param settings of the server, beside those that make it quick to start
 * @param parent folder that its data lies in, such as a small file system; default: the system's for temporary files
 */
export async function startPostgres(
  major?: number,
  settings: Readonly<Record<string, string>> = {},
  parent?: string,
): Promise<PostgresServer> {
  const bin = postgresBinaries(major);
  const directory = temporaryDirectory('holdfast-postgres-', parent);
  const data = join(directory, 'data');
  execFileSync(
    ...asUnprivileged([join(bin, 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync']),
  );
  const port = await freePort();
  const command = [
    ...[join(bin, 'postgres'), '-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory],
    ...['-c', 'fsync=off', '-c', 'max_connections=100'],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const psql = (statement: string, user: string, database: string) =>
    execFileSync(
      join(bin, 'psql'),
      ['-h', '127.0.0.1', '-p', String(port), '-U', user, '-d', database, '-XAtqc', statement],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    ).trim();
  const answers = () => {
    try {
      return psql('select 1', 'postgres', 'postgres') === '1';
    } catch {
      return false;
    }
  };

  // SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for clients to leave.
  const server = await supervise(command, directory, answers, 'SIGINT');
  psql('create role holdfast_owner login createrole', 'postgres', 'postgres');
  psql('create database holdfast owner holdfast_owner', 'postgres', 'postgres');
  return {
    host: '127.0.0.1',
    port,
    user: 'holdfast_owner',
    database: 'holdfast',
    password: 'any-password',
    sql: (statement, asUser = 'postgres') => psql(statement, asUser, 'holdfast'),
    ...server,
  };
}

export interface RedisServer extends TestServer {
  /** Sends one command, as `ask('GET', 'key')`. */
  ask(command: string, ...words: string[]): Promise<unknown>;
}

export interface RedisOptions {
  /**
   * Lines of an ACL, such as `user holdfast-gateway on >password ~* +@all`. Default: everybody may do
   * everything.
   */
  readonly acl?: readonly string[];
  /** One of a cluster's nodes: without slots until it is given some. Default: false. */
  readonly cluster?: boolean;
}

/** Follows the server as a replica does that keeps only its WAL. It is gone after `stop`. */
export async function startWalReceiver(
  server: PostgresServer,
  slot: string,
): Promise<{ stop(): Promise<void> }> {
  const directory = temporaryDirectory('holdfast-wal-');
  const command = [
    ...[join(postgresBinaries(), 'pg_receivewal'), '-D', directory, '-S', slot, '--no-sync', '-s', '1'],
    ...['-h', server.host, '-p', String(server.port), '-U', 'postgres', '--no-password'],
  ];
  const follows = () =>
    server.sql(`select active from pg_replication_slots where slot_name = '${slot}'`) === 't' &&
    server.sql("select count(*) from pg_stat_replication where state = 'streaming'") === '1';
  return supervise(command, directory, follows, 'SIGTERM');
}

/** Redis stands in for Valkey, which Debian 12 doesn't have. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const binary = find('valkey-server') ?? find('redis-server');
  if (!binary) throw new Error('redis-server is missing: install the Debian package "redis-server"');
  const directory = temporaryDirectory('holdfast-redis-');
  const port = await freePort(options.cluster ? 55_535 : undefined);
  const users = (options.acl ?? []).flatMap((line) => ['--user', ...line.replace(/^user /, '').split(' ')]);
  const command = [
    ...[binary, '--port', String(port), '--bind', '127.0.0.1', '--dir', directory],
    ...['--save', '', '--appendonly', 'no', '--daemonize', 'no', ...users],
    // A node is taken for lost sooner than after 15 seconds; the rest then goes on with the slots that are left.
    ...(options.cluster
      ? [
          '--cluster-enabled',
          'yes',
          '--cluster-node-timeout',
          '1000',
          '--cluster-require-full-coverage',
          'no',
        ]
      : []),
  ];
  const answers = () => canConnect(port);
  const ask: RedisServer['ask'] = async (question, ...words) => {
    const client = new Redis({ port, maxRetriesPerRequest: 1 });
    client.on('error', () => {});
    try {
      return await client.call(question, ...words);
    } finally {
      client.disconnect();
    }
  };
  return { host: '127.0.0.1', port, ask, ...(await supervise(command, directory, answers, 'SIGTERM')) };
}

/** A cluster of primaries that share the slots evenly. */
export async function startRedisCluster(nodes: number, options: RedisOptions = {}): Promise<RedisServer[]> {
  const servers: RedisServer[] = [];
  for (let node = 0; node < nodes; node++) servers.push(await startRedis({ ...options, cluster: true }));
  const clients = servers.map(({ port }) => new Redis({ port, lazyConnect: true, disconnectTimeout: 100 }));
  try {
    const [first, ...others] = clients as [Redis, ...Redis[]];
    const slots = 16_384;
    for (const [index, client] of clients.entries()) {
      const from = Math.floor((slots * index) / nodes);
      const to = Math.floor((slots * (index + 1)) / nodes) - 1;
      await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
    }
    for (const other of others)
      await first.call('CLUSTER', 'MEET', '127.0.0.1', other.options.port as number);
    const complete = async (client: Redis) => {
      const info = String(await client.call('CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes}`);
    };
    for (const client of clients) {
      for (let attempt = 0; !(await complete(client)); attempt++) {
        if (attempt > 300) throw new Error('the nodes did not become a cluster');
        await sleep(50);
      }
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  return servers;
}

/**
 * A port that nobody listens on right now.
 *
 * @param highest a cluster's node also listens 10,000 ports above its own
 */
export async function freePort(highest = 65_535): Promise<number> {
  for (;;) {
    const port = await anyPort();
    if (port <= highest) return port;
  }
}

function anyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function supervise(
  command: readonly string[],
  directory: string,
  answers: () => boolean | Promise<boolean>,
  stopSignal: NodeJS.Signals,
): Promise<Pick<TestServer, 'stop' | 'kill' | 'restart' | 'stall' | 'resume'>> {
  let child: ChildProcess | undefined;
  const start = async () => {
    let output = '';
    const [file, args] = asUnprivileged(command);
    const started = spawn(file, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (text) => (output += text));
    child = started;
    for (let attempt = 0; !(await answers()); attempt++) {
      if (started.exitCode !== null || attempt > 300)
        throw new Error(`${command[0]} did not start:\n${output}`);
      await sleep(50);
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  };
  const signalAll = (signal: NodeJS.Signals) => {
    for (const pid of child?.pid === undefined ? [] : withDescendants(child.pid)) {
      try {
        process.kill(pid, signal);
      } catch {
        // A child that ended just now.
      }
    }
  };
  // A test run that is interrupted must not leave servers behind.
  const last = () => {
    // The children of a frozen PostgreSQL would never notice that it is gone.
    signalAll('SIGCONT');
    child?.kill('SIGKILL');
  };
  process.once('exit', last);
  await start();
  return {
    stall: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end(stopSignal);
      // The children of a killed PostgreSQL need a moment to leave; until then it refuses to start.
      await start().catch(() => sleep(1000).then(start));
    },
    stop: async () => {
      await end(stopSignal);
      process.off('exit', last);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The process and all below it: each connection to PostgreSQL has one of its own. */
function withDescendants(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  const children = (existsSync(file) ? readFileSync(file, 'utf8') : '').trim().split(' ').filter(Boolean);
  return [pid, ...children.flatMap((child) => withDescendants(Number(child)))];
}

/** PostgreSQL refuses to run as root: in a container that has no other user, borrow one. */
function asUnprivileged(command: readonly string[]): [file: string, args: string[]] {
  if (process.getuid?.() !== 0) return [command[0] as string, command.slice(1)];
  return ['setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--pdeathsig=KILL', ...command]];
}

function temporaryDirectory(prefix: string, parent = tmpdir()): string {
  const directory = mkdtempSync(join(parent, prefix));
  chmodSync(directory, 0o755);
  if (process.getuid?.() === 0) chownSync(directory, 65534, 65534);
  return directory;
}

function postgresBinaries(major?: number): string {
  const majors = major === undefined ? [18, 17, 16, 15] : [major];
  const candidates = majors.map((number) => `/usr/lib/postgresql/${number}/bin`);
  const found = candidates.find((directory) => find(join(directory, 'initdb')));
  if (found) return found;
  const onPath = major === undefined ? find('initdb') : undefined;
  if (onPath) return join(onPath, '..');
  throw new Error(`initdb is missing: install the Debian package "postgresql${major ? `-${major}` : ''}"`);
}

function find(program: string): string | undefined {
  if (program.includes('/')) return existsSync(program) ? program : undefined;
  const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  return places.map((place) => join(place, program)).find((path) => existsSync(path));
}
