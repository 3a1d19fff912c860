/**
 * The Compose project where no engine runs: loaded as `docker compose` does, its configuration read by Prometheus' own tools,
 * and its service started for real, with exactly its commands, variables, secrets and logins, on real servers.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  databaseName,
  managementPaths,
  migrationJob,
  routes,
  type ServiceRoleName,
  serviceRoleNames,
} from '../app/src/contract';
import { buildDirectory } from '../app/test/support/cache-directory';
import {
  freePort,
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
} from '../app/test/support/servers';
import { eventually, runCli, type ServiceProcess, startProcess } from '../app/test/support/service-process';
import { localDeployment } from '../tools/lib/compose/command';
import { composeFiles, composeFolder, composeProject, writeComposeFiles } from '../tools/lib/compose/project';
import { writeSecrets } from '../tools/lib/compose/secrets';
import { composeCheck, hasComposeCheck } from './support/compose-tools';
import { hasPrometheusTools, toolPath } from './support/prometheus-tools';
import { loaded } from './support/shipped';

const { environment } = localDeployment(loaded().deployments);
const project = composeProject(environment);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-compose-'));
  writeComposeFiles(folder, composeFiles(environment));
  writeSecrets(folder, environment.name);
});
afterAll(() => rmSync(folder, { recursive: true }));

const describeWithCompose = hasComposeCheck ? describe : describe.skip;
if (!hasComposeCheck)
  console.warn('skipped: no compose-check at hand (bash .ci/compose.sh builds it, and needs Go)');

describeWithCompose('docker compose', () => {
  test('loads what is committed, and means by it what we mean', () => {
    const read = composeCheck(join(composeFolder, 'compose.yaml'));
    if ('problem' in read) throw new Error(read.problem);
    expect(Object.keys(read.project.services).sort()).toEqual(Object.keys(project.services).sort());
    for (const [name, { command, environment: variables, depends_on }] of Object.entries(project.services)) {
      expect(read.project.services[name]).toMatchObject({
        ...(command && { command }),
        ...(variables && { environment: variables }),
        read_only: true,
        cap_drop: ['ALL'],
      });
      for (const [other, { condition }] of Object.entries(depends_on ?? {})) {
        expect(read.project.services[name]?.depends_on?.[other]?.condition).toBe(condition);
      }
    }
    const open = Object.entries(read.project.services).flatMap(([name, { ports = [] }]) =>
      ports.map(({ host_ip, published, target }) => [name, host_ip, published, target]),
    );
    expect(open.sort()).toEqual([
      ['collector', '127.0.0.1', '8082', 8080],
      ['gateway', '127.0.0.1', '8080', 8080],
      ['grafana', '127.0.0.1', '3000', 3000],
    ]);
  });

  test.each([
    ['an unknown key', 'read_only: true', 'reed_only: true', /reed_only/],
    [
      'a network that is not there',
      '\n  data:\n    internal',
      '\n  dota:\n    internal',
      /undefined network data/,
    ],
    [
      'a secret that is not there',
      '\n  signing-key:\n',
      '\n  signing-kay:\n',
      /undefined secret signing-key/,
    ],
    ['a service that is not there', '      migrate:\n', '      migrait:\n', /migrait/],
    ['a wrong type', 'internal: true', 'internal: maybe', /internal/],
  ])('would refuse %s', (_, from, to, problem) => {
    const text = readFileSync(join(composeFolder, 'compose.yaml'), 'utf8');
    expect(text).toContain(from);
    const file = join(folder, 'broken.yaml');
    writeFileSync(file, text.replace(from, to));
    expect(composeCheck(file)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

const describeWithTools = hasPrometheusTools ? describe : describe.skip;
describeWithTools('Prometheus and Alertmanager', () => {
  test.each([
    ['promtool', ['check', 'config', '--lint=all'], 'prometheus/prometheus.yaml'],
    ['amtool', ['check-config'], 'alertmanager/alertmanager.yaml'],
  ] as const)('%s takes the configuration', (tool, args, file) => {
    const { status, stdout, stderr } = spawnSync(toolPath(tool), [...args, join(folder, 'config', file)], {
      encoding: 'utf8',
    });
    expect(stdout + stderr).toContain('SUCCESS');
    expect(status).toBe(0);
  });
});

describe('the service, on servers that know its logins alone', () => {
  let postgres: PostgresServer;
  let redis: RedisServer;
  const processes: Partial<Record<ServiceRoleName, ServiceProcess>> = {};
  const secret = (name: string) => join(folder, 'secrets', name);

  /** The variables of a container, with its mounts and its names of hosts moved to where they are here. */
  function variables(name: string): Record<string, string> {
    const service = project.services[name];
    const moved = Object.entries(service?.environment ?? {}).map(([key, value]) => {
      const mount = service?.volumes?.find((each) => each.type === 'bind' && value.startsWith(each.target));
      return [
        key,
        mount ? resolve(folder, mount.source) : value.replace('/run/secrets', join(folder, 'secrets')),
      ];
    });
    return {
      ...Object.fromEntries(moved),
      HOLDFAST_DATABASE_HOST: '127.0.0.1',
      HOLDFAST_DATABASE_PORT: String(postgres.port),
      HOLDFAST_CACHE_HOST: '127.0.0.1',
      HOLDFAST_CACHE_PORT: String(redis.port),
      HOLDFAST_RUN_DIRECTORY: join(folder, 'run', name),
    };
  }

  /** As any other client, by the network. */
  const psql = (user: string, database: string, statement: string, password = '') =>
    spawnSync('psql', ['-h', '127.0.0.1', '-U', user, '-d', database, '-XAtqc', statement], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, PGPORT: String(postgres.port), PGPASSWORD: password },
    });
  const logIn = (user: string, password: string) => psql(user, databaseName, 'select 1', password);

  beforeAll(async () => {
    const rules = join(folder, 'pg_hba.conf');
    writeFileSync(
      rules,
      'local all all trust\nhost all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
    );
    // PostgreSQL runs as another user.
    chmodSync(folder, 0o755);
    postgres = await startPostgres(undefined, { hba_file: rules });
    const acl = readFileSync(secret('cache-users'), 'utf8').trim().split('\n');
    redis = await startRedis({ acl });
    // As the image finds it: an empty server.
    for (const statement of ['drop database holdfast', 'drop role holdfast_owner']) {
      expect(psql('postgres', 'postgres', statement).status).toBe(0);
    }
  }, 60_000);
  afterAll(async () => {
    for (const each of Object.values(processes)) each.child.kill('SIGKILL');
    await Promise.all([postgres?.stop(), redis?.stop()]);
  });

  test('its database is prepared by the script that the image runs first', () => {
    const done = spawnSync('sh', [join(folder, 'config/postgres/10-logins.sh')], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        PGHOST: '127.0.0.1',
        PGPORT: String(postgres.port),
        SECRETS: join(folder, 'secrets'),
      },
    });
    expect([done.status, done.stderr]).toEqual([0, '']);
    const password = readFileSync(secret('database-gateway'), 'utf8');
    expect(logIn('holdfast_gateway', password).stdout).toBe('1\n');
    expect(logIn('holdfast_gateway', 'wrong').stderr).toMatch(/password authentication failed/);
    expect(logIn('holdfast_worker', password).stderr).toMatch(/password authentication failed/);
    expect(logIn(migrationJob.databaseUser, readFileSync(secret('database-owner'), 'utf8')).stdout).toBe(
      '1\n',
    );
  });

  test('migrates, and its roles start with what Compose gives them, and see each other’s work', async () => {
    const migration = project.services.migrate?.command?.slice(2) ?? [];
    expect(await runCli(migration, variables('migrate'))).toMatchObject({ code: 0, stderr: '' });
    for (const role of serviceRoleNames) {
      const started = await startProcess(role, variables(role));
      processes[role] = started;
      await started.ready();
      const health = await (await fetch(started.managementUrl + managementPaths.health)).json();
      const well = ['database', 'cache'].map((name) => expect.objectContaining({ name, status: 'HEALTHY' }));
      expect(health).toMatchObject({ role, state: 'running', components: expect.arrayContaining(well) });
    }
    const { gateway, collector } = processes;
    const sent = await fetch(collector?.publicUrl + routes.ingestEvents.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events: [{ name: 'compose', value: 42 }] }),
    });
    expect(sent.status).toBe(202);
    let limit = 1;
    await eventually(
      async () => {
        // Another question each time: the answer is cached.
        limit += 1;
        const asked = await fetch(
          `${gateway?.publicUrl}${routes.queryAggregates.path}?name=compose&limit=${limit}`,
        );
        return ((await asked.json()) as { aggregates: { sum: number }[] }).aggregates;
      },
      (rows) => rows[0]?.sum === 42,
    );
    expect((await fetch(`${gateway?.managementUrl}/admin/v1/config`)).status).toBe(401);
  }, 60_000);

  test('the exporter sees both servers', async () => {
    const env = variables('exporter');
    const asked = `
      const { exportMetrics } = require(process.argv[1] + '/cli/exporter.js');
      exportMetrics(process.env, { ports: { management: Number(process.argv[2]) } });`;
    const port = await freePort();
    const child = spawn(process.execPath, ['-e', asked, join(buildDirectory(), 'dist'), String(port)], {
      env: { PATH: process.env.PATH, ...env },
      stdio: 'ignore',
    });
    try {
      const text = await eventually(
        () =>
          fetch(`http://127.0.0.1:${port}${managementPaths.metrics}`).then(
            (answer) => answer.text(),
            () => '',
          ),
        (found) => found.includes('holdfast_exporter_up'),
      );
      for (const server of ['postgres', 'valkey'])
        expect(text).toContain(`holdfast_exporter_up{server="${server}"} 1`);
    } finally {
      child.kill('SIGKILL');
    }
  }, 30_000);
});
