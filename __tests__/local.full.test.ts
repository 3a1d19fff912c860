/** `npm run local` with real Terraform, against stand-ins for the providers; kubectl, docker and kind answer as told. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { localCommand } from '../tools/lib/local/command';
import type { Programs } from '../tools/lib/local/programs';
import { readStack } from '../tools/lib/stack-json';
import { loaded } from './support/shipped';
import { emptyAccount, hasStandIns, terraformEnvironment } from './support/terraform';

const describeWithProviders = hasStandIns ? describe : describe.skip;
if (!hasStandIns) console.warn('skipped: no Terraform providers at hand (../shared/terraform-mirror)');

describeWithProviders('a laptop’s cluster', () => {
  let folder: string;
  let ran: string[];
  let output: string;
  let image: string;
  const before = { ...process.env };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-local-'));
    Object.assign(process.env, terraformEnvironment(emptyAccount()), {
      TF_PLUGIN_CACHE_DIR: join(folder, 'plugins'),
    });
    const cluster = { name: 'kind-dev', cluster: { server: 'https://127.0.0.1:6443' } };
    writeFileSync(
      join(folder, 'config'),
      stringify({
        'current-context': 'kind-dev',
        contexts: [{ name: 'kind-dev', context: { cluster: 'kind-dev', user: 'kind-dev' } }],
        clusters: [cluster],
        users: [{ name: 'kind-dev', user: { token: 'x' } }],
      }),
    );
    image = 'sha256:none';
  });
  afterAll(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    ran = [];
    output = '';
    for (const method of ['log', 'warn', 'error'] as const) {
      jest.spyOn(console, method).mockImplementation((...words: unknown[]) => {
        output += `${words[0]}\n`;
      });
    }
  });
  afterEach(() => jest.restoreAllMocks());

  const resources = (stack: string): string[] => {
    const file = join(folder, `.state/${stack}.tfstate`);
    if (!existsSync(file)) return [];
    return JSON.parse(readFileSync(file, 'utf8')).resources.map(({ type }: { type: string }) => type);
  };
  /** Whether Kubernetes has the Deployment, as far as the fake kubectl knows: what the state says. */
  const run: Programs = ([program, ...args]) => {
    const text = [program, ...args].join(' ');
    ran.push(text.replace(/ --kubeconfig \S+ --context kind-dev/, ''));
    if (text.startsWith('docker image inspect')) return { status: 0, output: image };
    if (text.includes(' get deployment/holdfast-all')) {
      return { status: resources('local-app').includes('kubernetes_deployment_v1') ? 0 : 1, output: '' };
    }
    if (text.startsWith('docker build')) image += '0';
    return { status: 0, output: '' };
  };
  const local = (...args: string[]) =>
    localCommand(args, {
      run,
      env: { ...process.env, KUBECONFIG: join(folder, 'config') },
      load: () =>
        ({ ok: true, ...loaded() }) as ReturnType<
          Required<Parameters<typeof localCommand>[1] & object>['load']
        >,
      outdir: join(folder, 'cdktf.out'),
      plansFolder: join(folder, 'plans'),
    });

  test('gets the image and the service, through its own context of the kubeconfig', async () => {
    expect(await local()).toBe(0);
    const build = ran.findIndex((line) => line.startsWith('docker build'));
    expect(ran[build + 1]).toBe('kind load docker-image holdfast:local --name dev');
    expect(resources('local-app')).toEqual(
      expect.arrayContaining(['kubernetes_deployment_v1', 'kubernetes_persistent_volume_claim_v1']),
    );
    expect(resources('local-observability')).toEqual([]);
    const [provider] = readStack(join(folder, 'cdktf.out'), 'local-app').provider?.kubernetes ?? [];
    expect(provider).toEqual({ config_context: 'kind-dev', config_path: join(folder, 'config') });
    expect(ran.at(-1)).toBe(
      'kubectl --namespace holdfast rollout status deployment/holdfast-all --timeout=180s',
    );
    expect(output).toContain('Holdfast is ready on the context "kind-dev"');
    expect(output).toContain('port-forward service/holdfast-all 8080:8080');
    expect(output).toContain('remove         npm run local -- --destroy');
  }, 180_000);

  test('is restarted where only the image is another one, and left alone where nothing is', async () => {
    expect(await local()).toBe(0);
    expect(ran).toContain('kubectl --namespace holdfast rollout restart deployment/holdfast-all');
    ran = [];
    expect(await local('--no-build')).toBe(0);
    expect(ran.filter((line) => /docker|restart/.test(line))).toEqual([]);
  }, 180_000);

  test('gets its monitoring on request', async () => {
    expect(await local('--no-build', '--observability')).toBe(0);
    expect(resources('local-observability')).toContain('helm_release');
    expect(output).toContain('service/grafana 3000:80');
  }, 180_000);

  test('is left as it was', async () => {
    expect(await local('--destroy')).toBe(0);
    expect([...resources('local-app'), ...resources('local-observability')]).toEqual([]);
    expect(output).toContain('Holdfast is removed from the cluster, with its data');
    expect(ran.some((line) => line.startsWith('docker'))).toBe(false);
    expect(await local('--destroy')).toBe(0);
  }, 180_000);
});
