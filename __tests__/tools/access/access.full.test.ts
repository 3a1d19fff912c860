/** The doors, run as people run them, with programs on PATH that write down how they were called. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { remove } from '../../support/shipped';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-access-'));
});
afterEach(() => remove(folder));

/** Puts a program on the test's PATH that logs its arguments, and the password if it is given one. */
function program(name: string, body: string): void {
  const log = join(folder, 'log');
  const script = `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const args = process.argv.slice(2);
appendFileSync(${JSON.stringify(log)}, JSON.stringify([${JSON.stringify(name)}, ...args, process.env.PGPASSWORD].filter((x) => x !== undefined)) + '\\n');
const said = args.join(' ');
${body}
`;
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
}

/** An AWS that has deployed everything; its session listens until it is interrupted. */
const aws = (password = 'token') => `
const answers = [
  ['ec2 describe-instances', 'i-0123456789abcdef0'],
  ['MasterUserSecret', 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:rds!db-1'],
  ['rds describe-db-instances', 'holdfast-dev.abc.eu-west-1.rds.amazonaws.com'],
  ['eks describe-cluster', 'https://ABC.gr7.eu-west-1.eks.amazonaws.com'],
  ['generate-db-auth-token', ${JSON.stringify(password)}],
  ['get-secret-value', JSON.stringify({ username: 'holdfast_owner', password: 'from the secret' })],
];
if (said.includes('start-session')) {
  const { localPortNumber } = JSON.parse(args[args.indexOf('--parameters') + 1]);
  require('node:net').createServer((socket) => socket.destroy()).listen(Number(localPortNumber[0]), '127.0.0.1');
} else {
  const found = answers.find(([question]) => said.includes(question));
  if (found) console.log(found[1]);
}`;

function access(...args: string[]) {
  const run = spawnSync(process.execPath, ['--import', 'tsx', resolve('tools/access.ts'), ...args], {
    encoding: 'utf8',
    env: { PATH: folder, HOME: folder, NO_COLOR: '1', NODE_OPTIONS: '' },
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}
const calls = (): string[][] =>
  readFileSync(join(folder, 'log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);
const callsOf = (name: string) => calls().filter(([called]) => called === name);

test('psql logs in as the reader with a token, through the bastion, against the real certificate', () => {
  program('aws', aws());
  program('psql', 'process.exit(said.includes("sslmode=verify-full") ? 0 : 9)');
  expect(access('dev', 'psql')).toMatchObject({ code: 0, err: '' });
  const [[, connection, password] = []] = callsOf('psql');
  expect(password).toBe('token');
  expect(connection).toMatch(
    /^host=holdfast-dev\.abc\.eu-west-1\.rds\.amazonaws\.com hostaddr=127\.0\.0\.1 port=15432 user=holdfast_viewer dbname=holdfast sslmode=verify-full sslrootcert=\S+rds-ca\.pem$/,
  );
  const session = callsOf('aws').find((call) => call.includes('start-session'));
  expect(session).toEqual(
    expect.arrayContaining(['i-0123456789abcdef0', 'AWS-StartPortForwardingSessionToRemoteHost']),
  );
}, 30_000);

test('psql --owner reads the password from the secret, and never puts it on a command line', () => {
  program('aws', aws());
  program('psql', '');
  const { code, out } = access('dev', 'psql', '--owner');
  expect(code).toBe(0);
  expect(out).not.toContain('from the secret');
  expect(callsOf('psql')[0]?.at(-1)).toBe('from the secret');
  expect(callsOf('psql')[0]?.[1]).not.toContain('from the secret');
}, 30_000);

test('kubeconfig of a private cluster leads through the session that api opens', () => {
  program('aws', aws());
  program('kubectl', '');
  const { code, out } = access('prod', 'kubeconfig');
  expect(code).toBe(0);
  expect(out).toContain('npm run access -- prod api');
  expect(callsOf('kubectl').map((call) => call.slice(-2))).toEqual([
    [expect.stringMatching(/^clusters\.arn:aws:eks:.*\.server$/), 'https://localhost:8443'],
    [
      expect.stringMatching(/\.tls-server-name$/),
      expect.stringMatching(/^abc\.gr7\.eu-west-1\.eks\.amazonaws\.com$/i),
    ],
  ]);
}, 30_000);

test('--print runs nothing but questions', () => {
  program('aws', aws());
  const { code, out } = access('dev', 'psql', '--print');
  expect(code).toBe(0);
  expect(out).toMatch(/aws ssm start-session .*\naws rds generate-db-auth-token .*\npsql 'host=/);
  expect(callsOf('aws').every((call) => call.some((word) => word.startsWith('describe-')))).toBe(true);
}, 30_000);

test.each([
  ['no environment', [], 2, /an environment and a door are needed/],
  ['an unknown door', ['dev', 'window'], 2, /DOOR must be one of kubeconfig, api, psql/],
  ['an unknown environment', ['nowhere', 'psql'], 2, /ENV must be one of dev, staging, prod/],
  ['a missing bastion', ['dev', 'psql'], 1, /set access\.bastion in environments\/dev\.ts/],
] as const)(
  '%s is refused in one sentence',
  (_, args, code, said) => {
    program('aws', 'console.log("None")');
    const { code: exit, err } = access(...args);
    expect(exit).toBe(code);
    expect(err).toMatch(said);
    expect(err).not.toMatch(/\n\s+at /);
  },
  30_000,
);
