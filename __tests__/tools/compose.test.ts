/** The Compose project of a laptop: what is committed is what is generated, and nothing in it has more than it needs. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  containerHealthcheck,
  exporter,
  migrationJob,
  roles,
  serviceRoleNames,
} from '../../app/src/contract';
import { bundled } from '../../constructs/observability/monitoring-values';
import { charts } from '../../constructs/platform/charts';
import { isAws } from '../../environments/load';
import { composeCommand, localDeployment } from '../../tools/lib/compose/command';
import { images } from '../../tools/lib/compose/images';
import {
  composeFiles,
  composeFolder,
  composeProject,
  generatedFiles,
  writeComposeFiles,
} from '../../tools/lib/compose/project';
import { writeSecrets } from '../../tools/lib/compose/secrets';
import { updateMode } from '../support/golden';
import { loaded } from '../support/shipped';

const { environment } = localDeployment(loaded().deployments);
const project = composeProject(environment);
const services = Object.entries(project.services);

test('compose/ holds what is generated, and nothing that is not', () => {
  const files = composeFiles(environment);
  if (updateMode() === 'all') writeComposeFiles(composeFolder, files);
  expect(generatedFiles(composeFolder).sort()).toEqual([...files.keys()].sort());
  for (const [name, content] of files) {
    expect([name, readFileSync(join(composeFolder, name), 'utf8')]).toEqual([name, content]);
  }
});

test('it is committed without a secret, and git keeps it so', () => {
  for (const name of ['secrets/database-owner', '.env']) {
    const { status } = spawnSync('git', ['check-ignore', '--quiet', join(composeFolder, name)]);
    expect([name, status]).toEqual([name, 0]);
  }
  for (const [name, content] of composeFiles(environment)) {
    // Keys of ours are hexadecimal, passwords of people are not in there at all.
    expect([name, content.match(/[0-9a-f]{40,}/)]).toEqual([name, null]);
    expect(content).not.toMatch(/password: *['"]?\w/i);
  }
});

describe.each(services)('%s', (name, service) => {
  test('has no rights and no way to get any, and bounds to what it takes', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      pids_limit: expect.any(Number),
      mem_limit: expect.stringMatching(/^\d+m$/),
      cpus: expect.any(Number),
    });
    expect(service.memswap_limit).toBe(service.mem_limit);
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
    expect(service).not.toHaveProperty('privileged');
    expect(JSON.stringify(service)).not.toContain('docker.sock');
  });

  test('writes to volumes and memory alone, and only reads what is generated', () => {
    for (const mount of service.volumes ?? []) {
      if (mount.type === 'bind') expect(mount).toMatchObject({ read_only: true });
      else expect(Object.keys(project.volumes)).toContain(mount.source);
    }
    for (const mount of service.tmpfs ?? []) expect(mount).toMatch(/:size=\d+m/);
  });

  test('is reached from outside by 127.0.0.1 alone, if at all', () => {
    const open = service.ports ?? [];
    expect(open).toHaveLength(['gateway', 'collector', 'grafana'].includes(name) ? 1 : 0);
    for (const port of open) expect(port).toMatch(/^127\.0\.0\.1:/);
    // A port of a container whose networks are all internal would lead nowhere.
    expect(service.networks.includes('edge')).toBe(open.length > 0);
  });

  test('comes from an image of one version', () => {
    expect(service.image).toMatch(
      /^(holdfast:local|[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*|postgres:\d+\.\d+-alpine)$/,
    );
  });
});

test('servers are reached by the service alone, and lead nowhere', () => {
  expect(project.networks).toEqual({ data: { internal: true }, watch: { internal: true }, edge: {} });
  const inData = services.filter(([, { networks }]) => networks.includes('data')).map(([name]) => name);
  expect(inData.sort()).toEqual(['postgres', 'valkey', 'migrate', ...serviceRoleNames, 'exporter'].sort());
  for (const name of ['postgres', 'valkey']) expect(project.services[name]?.networks).toEqual(['data']);
});

test('roles run as the contract says, after the migration', () => {
  for (const role of serviceRoleNames) {
    const service = project.services[role];
    expect(service?.command).toEqual([...roles[role].command, ...roles[role].args]);
    expect(service?.depends_on?.migrate?.condition).toBe('service_completed_successfully');
    expect(service?.healthcheck?.test).toEqual(['CMD', ...containerHealthcheck.command]);
    // Each logs in as itself, with a password of its own.
    expect(service?.secrets).toEqual(
      expect.arrayContaining([`database-${role}`, `cache-${role}`, 'signing-key', 'management-token']),
    );
    expect(service?.secrets).toHaveLength(4);
  }
  expect(project.services.migrate).toMatchObject({
    command: [...migrationJob.command, ...migrationJob.args],
    restart: 'no',
    secrets: ['database-owner'],
    depends_on: { postgres: { condition: 'service_healthy' } },
  });
  expect(project.services.exporter?.command).toEqual([...exporter.command, ...exporter.args]);
});

test('others run at the versions that the environments on AWS run', () => {
  const asked = loaded()
    .deployments.filter(isAws)
    .map((one) => one.environment.database.engineVersion);
  expect(asked.map((version) => `postgres:${version}-alpine`)).toContain(images.postgres);
  expect(images.prometheus).toBe(`prom/prometheus:v${bundled.prometheus}`);
  expect(images.alertmanager).toBe(`prom/alertmanager:v${bundled.alertmanager}`);
  expect(images.tempo).toBe(`grafana/tempo:${charts.tempo.appVersion}`);
});

test('YAML reads the same by the rules of 1.1 and 1.2', () => {
  const text = readFileSync(join(composeFolder, 'compose.yaml'), 'utf8');
  expect(parse(text, { version: '1.1' })).toEqual(parse(text, { version: '1.2' }));
});

describe('npm run compose', () => {
  let folder: string;
  let lines: string[];
  const found = () => 'there';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-compose-'));
    lines = [];
    for (const method of ['log', 'warn'] as const) {
      jest
        .spyOn(console, method)
        .mockImplementation((...words: unknown[]) => void lines.push(String(words[0])));
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });
  const secret = (name: string) => readFileSync(join(folder, 'secrets', name), 'utf8');
  const names = () => readdirSync(join(folder, 'secrets'));

  test('writes everything, and makes secrets that only their owner can get at, once', async () => {
    expect(await composeCommand([], { folder, run: found })).toBe(0);
    expect(generatedFiles(folder).sort()).toEqual([...composeFiles(environment).keys()].sort());
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'config/postgres/10-logins.sh')).mode & 0o111).toBe(0o111);
    for (const { file } of Object.values(project.secrets)) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o444);
    }
    const made = names().filter((name) => name !== 'cache-users');
    expect(new Set(made.map(secret)).size).toBe(made.length);
    for (const name of made) expect(secret(name)).toMatch(/^[0-9a-f]{64}$/);
    expect(lines.join('\n')).not.toMatch(/[0-9a-f]{64}/);

    const before = names().map(secret);
    expect(await composeCommand([], { folder, run: found })).toBe(0);
    expect(names().map(secret)).toEqual(before);
    expect(lines.join('\n')).toContain('as they were');
  });

  test('the users of Valkey follow their passwords', () => {
    writeSecrets(folder, 'local');
    const hashOf = (name: string) => createHash('sha256').update(secret(name)).digest('hex');
    expect(secret('cache-users')).toContain(`user holdfast-local-gateway #${hashOf('cache-gateway')} on `);
    rmSync(join(folder, 'secrets/cache-gateway'));
    expect(writeSecrets(folder, 'local')).toEqual(['cache-gateway']);
    expect(secret('cache-users')).toContain(`#${hashOf('cache-gateway')} `);
    for (const name of names()) {
      if (name !== 'cache-users') expect(secret('cache-users')).not.toContain(secret(name));
    }
  });

  test('says what is missing, and which port is taken, each in one sentence', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    writeFileSync(join(folder, '.env'), `HOLDFAST_GRAFANA_PORT=${port}\n`);
    try {
      expect(await composeCommand([], { folder, run: () => undefined })).toBe(0);
      const text = lines.join('\n');
      expect(text).toMatch(/docker compose was not found: install Docker/);
      expect(text).toContain(`port ${port} of this machine is in use`);
      expect(text).toContain('write HOLDFAST_GRAFANA_PORT=<another> into compose/.env');
      expect(text).toContain(`http://localhost:${port}, as admin`);
      lines = [];
      await composeCommand([], { folder, run: ([, verb]) => (verb === 'info' ? undefined : 'there') });
      expect(lines.join('\n')).toMatch(/Docker’s engine does not answer/);
    } finally {
      server.close();
    }
  });

  test.each([['--destroy'], ['up']])('refuses %s', async (argument) => {
    await expect(composeCommand([argument], { folder, run: found })).rejects.toThrow(
      `npm run compose takes no arguments, and was given ${argument}. Use: npm run compose`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
