/** A real Kubernetes API with its store, for as long as a test runs: it admits, validates and refuses; nothing ever runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiObject } from './api-objects';

const script = readFileSync('.ci/kube-apiserver.sh', 'utf8');
const version = /^version=(\S+)$/m.exec(script)?.[1];
const folder = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  `holdfast-tools/kube-apiserver-${version}`,
);
/** Whether the programs have been built. */
export const hasApiServer = ['kube-apiserver', 'etcd'].every((program) => existsSync(join(folder, program)));

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: any object of the API
  readonly body: any;
}

export class ApiServer {
  private readonly plurals = new Map<string, { readonly name: string; readonly namespaced: boolean }>();

  private constructor(
    private readonly port: number,
    private readonly home: string,
    private readonly processes: readonly ChildProcess[],
  ) {}

  static async start(): Promise<ApiServer> {
    const home = mkdtempSync(join(tmpdir(), 'holdfast-kubernetes-'));
    const [client, peer, port] = (await Promise.all([freePort(), freePort(), freePort()])) as [
      number,
      number,
      number,
    ];
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = join(home, 'accounts.pem');
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(join(home, 'tokens.csv'), 'everything,admin,admin,"system:masters"\n');
    const etcd = spawn(
      join(folder, 'etcd'),
      [
        `--data-dir=${join(home, 'etcd')}`,
        `--listen-client-urls=http://127.0.0.1:${client}`,
        `--advertise-client-urls=http://127.0.0.1:${client}`,
        `--listen-peer-urls=http://127.0.0.1:${peer}`,
        '--unsafe-no-fsync',
        '--log-level=error',
      ],
      { stdio: 'ignore' },
    );
    const api = spawn(
      join(folder, 'kube-apiserver'),
      [
        `--etcd-servers=http://127.0.0.1:${client}`,
        '--bind-address=127.0.0.1',
        '--advertise-address=127.0.0.1',
        `--secure-port=${port}`,
        `--cert-dir=${join(home, 'certificates')}`,
        '--service-cluster-ip-range=10.0.0.0/24',
        '--service-account-issuer=https://kubernetes.invalid',
        `--service-account-key-file=${key}`,
        `--service-account-signing-key-file=${key}`,
        `--token-auth-file=${join(home, 'tokens.csv')}`,
        '--authorization-mode=RBAC',
        '--allow-privileged=true',
        // Nothing here makes each namespace's default account.
        '--disable-admission-plugins=ServiceAccount',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    api.stderr?.on('data', (chunk) => {
      said = (said + chunk).slice(-4_000);
    });
    const server = new ApiServer(port, home, [api, etcd]);
    for (let attempt = 0; attempt < 240; attempt += 1) {
      const ready = await server.ask('GET', '/readyz').catch(() => undefined);
      if (ready?.status === 200) return server;
      if (api.exitCode !== null) break;
      await sleep(250);
    }
    server.stop();
    throw new Error(`the API server did not become ready:\n${said}`);
  }

  stop(): void {
    for (const child of this.processes) child.kill('SIGKILL');
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** Makes it for good. */
  async create(object: ApiObject): Promise<Answer> {
    return this.submit(object, '');
  }

  /** Asks whether it would be made: everything is looked at, nothing is kept. */
  async dryRun(object: ApiObject): Promise<Answer> {
    return this.submit(object, '&dryRun=All');
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method,
          // It signs its certificate itself, for this run alone.
          rejectUnauthorized: false,
          headers: { authorization: 'Bearer everything', 'content-type': 'application/json' },
        },
        (response) => {
          let received = '';
          response.on('data', (chunk) => {
            received += chunk;
          });
          response.on('end', () => {
            const isJson = received.startsWith('{');
            resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(received) : received });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }

  /** Whether it knows the kind; one of a CRD that isn't there it doesn't. */
  async knows({ apiVersion, kind }: ApiObject): Promise<boolean> {
    return (await this.resource(apiVersion, kind)) !== undefined;
  }

  private async submit(object: ApiObject, options: string): Promise<Answer> {
    const { apiVersion, kind, metadata } = object;
    const resource = await this.resource(apiVersion, kind);
    if (!resource) throw new Error(`the API server knows no ${apiVersion} ${kind}`);
    const namespace = resource.namespaced ? `/namespaces/${metadata.namespace}` : '';
    // Strict: a field that the kind doesn't have is an error, not left out.
    const path = `${root(apiVersion)}${namespace}/${resource.name}?fieldValidation=Strict${options}`;
    return this.ask('POST', path, object);
  }

  private async resource(apiVersion: string, kind: string) {
    const key = `${apiVersion} ${kind}`;
    if (!this.plurals.has(key)) {
      const { status, body } = await this.ask('GET', root(apiVersion));
      for (const one of status === 200 ? body.resources : []) {
        if (!one.name.includes('/')) this.plurals.set(`${apiVersion} ${one.kind}`, one);
      }
    }
    return this.plurals.get(key);
  }
}

const root = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
