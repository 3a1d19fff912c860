/** What `npm run local` runs on its way, and what it says where it can't. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localCommand } from '../../../tools/lib/local/command';
import { recordCluster, refuseOtherCluster } from '../../../tools/lib/local/deployed';
import { provideImage } from '../../../tools/lib/local/image';
import type { KubeContext } from '../../../tools/lib/local/kubeconfig';
import type { Programs, Ran } from '../../../tools/lib/local/programs';
import { writeKubeconfig } from './kubeconfigs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-local-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const kubeconfig = (contexts: Readonly<Record<string, string>>, file = 'config') =>
  writeKubeconfig(join(folder, file), contexts);

describe('the image', () => {
  /** Answers commands by how they begin, and keeps what was run. */
  function fake(answers: Readonly<Record<string, Ran | (() => Ran)>>) {
    const ran: string[] = [];
    const run: Programs = (command) => {
      const text = command.join(' ');
      ran.push(text);
      const answer = Object.entries(answers).find(([start]) => text.startsWith(start))?.[1];
      return (typeof answer === 'function' ? answer() : answer) ?? { status: 0, output: '' };
    };
    return { run, ran };
  }

  test('is built with what is committed, and loaded into the nodes', () => {
    let id = 'sha256:old';
    const { run, ran } = fake({
      'git rev-parse': { status: 0, output: 'abc' },
      'git log': { status: 0, output: '1700000000' },
      'docker build': () => {
        id = 'sha256:new';
        return { status: 0, output: '' };
      },
      'docker image inspect': () => ({ status: 0, output: id }),
    });
    expect(provideImage(run, { kind: 'kind', cluster: 'dev' })).toBe(true);
    expect(ran).toContain(
      'docker build --file app/Dockerfile --tag holdfast:local --build-arg REVISION=abc --build-arg SOURCE_DATE_EPOCH=1700000000 .',
    );
    expect(ran).toContain('kind load docker-image holdfast:local --name dev');
    expect(provideImage(run, { kind: 'docker-desktop', cluster: 'docker-desktop' })).toBe(false);
  });

  test.each([
    ['k3d', 'k3d image import holdfast:local --cluster dev'],
    ['minikube', 'minikube image load holdfast:local --profile dev'],
  ] as const)('is loaded by %s', (kind, command) => {
    const { run, ran } = fake({});
    provideImage(run, { kind, cluster: 'dev' });
    expect(ran).toContain(command);
  });

  test.each([
    [
      'no docker',
      { 'docker info': { status: 127, output: '' } },
      /^docker was not found; it builds the image: install Docker, or .* --no-build$/,
    ],
    [
      'no engine',
      { 'docker info': { status: 1, output: 'Cannot connect' } },
      /^Docker’s engine does not answer: start Docker Desktop/,
    ],
    [
      'a broken build',
      { 'docker build': { status: 1, output: '' } },
      /^docker build .* failed; it says why above$/,
    ],
    [
      'no kind',
      { 'kind load': { status: 127, output: '' } },
      /^kind was not found; it hands the image to the cluster’s nodes: install kind, or load holdfast:local yourself and add --no-build$/,
    ],
  ])('says what to do: %s', (_, answers, sentence) => {
    expect(() => provideImage(fake(answers).run, { kind: 'kind', cluster: 'dev' })).toThrow(sentence);
  });
});

describe('npm run local', () => {
  const kubectl =
    (status: number, output: string): Programs =>
    ([program]) =>
      program === 'kubectl' ? { status, output } : { status: 0, output: '' };
  /** Terraform as far as it is asked for its version. */
  function environment(contexts: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const terraform = join(folder, 'terraform');
    writeFileSync(terraform, `#!${process.execPath}\nconsole.log('{"terraform_version": "1.11.4"}');\n`, {
      mode: 0o755,
    });
    return { KUBECONFIG: kubeconfig(contexts), HOLDFAST_TERRAFORM: terraform };
  }
  const call = (args: string[], env: NodeJS.ProcessEnv, run: Programs) =>
    localCommand(args, { env, run, outdir: join(folder, 'cdktf.out') });
  const loopback = { 'kind-a': 'https://127.0.0.1:1' };

  test.each([
    [
      'an unknown option',
      ['--prod'],
      loopback,
      kubectl(0, ''),
      /^Unknown option '--prod'\. Use: npm run local/,
    ],
    [
      'an argument',
      ['kind-a'],
      loopback,
      kubectl(0, ''),
      /^Unexpected argument 'kind-a'\. Use: npm run local/,
    ],
    [
      'production',
      [],
      { 'acme-prod': 'https://127.0.0.1:1' },
      kubectl(0, ''),
      /looks like production .*\. Nothing was deployed\.$/,
    ],
    [
      'no kubectl',
      [],
      loopback,
      kubectl(127, ''),
      /^kubectl was not found; it talks to the cluster: install it/,
    ],
    [
      'no answer',
      [],
      loopback,
      kubectl(1, 'connection refused'),
      /^the cluster of the context "kind-a" does not answer at https:\/\/127\.0\.0\.1:1 \(connection refused\): kind create cluster --name a$/,
    ],
  ])('refuses with one sentence: %s', async (_, args, contexts, run, sentence) => {
    await expect(call(args, environment(contexts), run)).rejects.toThrow(sentence);
  });

  test('says what to install where there is no Terraform', async () => {
    const env = { ...environment(loopback), HOLDFAST_TERRAFORM: join(folder, 'none') };
    await expect(call([], env, kubectl(0, ''))).rejects.toThrow(
      /HOLDFAST_TERRAFORM names .*none, which can't be run/,
    );
  });

  test('does not mix up two clusters', async () => {
    const outdir = join(folder, 'cdktf.out');
    const cluster = (name: string) => ({ name, server: 'https://127.0.0.1:1' }) as KubeContext;
    recordCluster(outdir, cluster('kind-b'));
    expect(() => refuseOtherCluster(outdir, cluster('kind-b'))).not.toThrow();
    await expect(call([], environment(loopback), kubectl(0, ''))).rejects.toThrow(
      /^Holdfast is still deployed to the context "kind-b": remove it by npm run local -- --destroy --context kind-b, or, where that cluster is gone, delete .*\.state\/local-\*$/,
    );
  });
});
