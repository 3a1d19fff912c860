/** Which clusters `npm run local` deploys to, and what it says about the others. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { findContext, type KubeContext } from '../../../tools/lib/local/kubeconfig';
import { laptopOf, refusal } from '../../../tools/lib/local/laptop';
import { writeKubeconfig } from './kubeconfigs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-local-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const kubeconfig = (contexts: Readonly<Record<string, string>>, file = 'config') =>
  writeKubeconfig(join(folder, file), contexts);

describe('the context', () => {
  const loopback = 'https://127.0.0.1:6443';
  const find = (file: string, asked?: string) => findContext(asked, { KUBECONFIG: file });

  test('is the current one, or the one that is asked for', () => {
    const file = kubeconfig({ 'kind-a': loopback, 'kind-b': 'https://127.0.0.1:7443' });
    expect(find(file)).toMatchObject({ name: 'kind-a', server: loopback, file, cluster: 'c-kind-a' });
    expect(find(file, 'kind-b')).toMatchObject({ name: 'kind-b', server: 'https://127.0.0.1:7443' });
  });

  test('is kubectl’s own where KUBECONFIG names nothing', () => {
    mkdirSync(join(folder, '.kube'));
    kubeconfig({ minikube: loopback }, '.kube/config');
    expect(findContext(undefined, { HOME: folder })).toMatchObject({ name: 'minikube' });
  });

  test('is found by a path from here, which Terraform would not find from its own folder', () => {
    const file = kubeconfig({ 'kind-a': loopback });
    expect(find(relative(process.cwd(), file))).toMatchObject({ file });
  });

  test('is found in several files, the first of which is current', () => {
    const files = [kubeconfig({ 'kind-a': loopback }, 'a'), kubeconfig({ 'kind-b': loopback }, 'b')];
    expect(find(files.join(':'))).toMatchObject({ name: 'kind-a', file: files[0] });
    expect(find(files.join(':'), 'kind-b')).toMatchObject({ name: 'kind-b', file: files[1] });
  });

  test.each([
    [
      'nothing there',
      () => join(folder, 'none'),
      undefined,
      /^there is no cluster: no kubeconfig at .*none, which KUBECONFIG names: install Docker and kind .* npm run up/,
    ],
    [
      'no context',
      () => kubeconfig({}),
      undefined,
      /^there is no cluster: .* names no context: install Docker and kind/,
    ],
    [
      'a typing error',
      () => kubeconfig({ 'kind-a': loopback }),
      'kind-s',
      /^there is no context "kind-s" in .*: did you mean kind-a\?$/,
    ],
    [
      'another name',
      () => kubeconfig({ 'kind-a': loopback }),
      'frankfurt',
      /^there is no context "frankfurt" in .*: there are kind-a$/,
    ],
  ])('is told what to do: %s', (_, file, asked, sentence) => {
    expect(() => find(file(), asked)).toThrow(sentence);
  });

  test('is told what is wrong with a file, without what is in it', () => {
    const path = join(folder, 'broken');
    writeFileSync(path, 'contexts: [{name: a, context: 5}]\ntoken: geheim');
    expect(() => find(path)).toThrow(/^.*broken is no kubeconfig: /);
    expect(() => find(path)).not.toThrow(/geheim/);
    writeFileSync(path, 'current-context: a\n');
    expect(() => find(path)).toThrow(/names no context/);
    writeFileSync(path, stringify({ contexts: [{ name: 'a', context: { cluster: 'b', user: 'c' } }] }));
    expect(() => find(path)).toThrow(/name one by --context, of a$/);
    expect(() => find(path, 'a')).toThrow(
      /holds the context "a" with its cluster: .*kubectl config view --flatten/,
    );
  });
});

describe('a cluster', () => {
  const context = (given: Partial<KubeContext>): KubeContext => ({
    name: 'kind-kind',
    file: '/home/me/.kube/config',
    cluster: given.name ?? 'kind-kind',
    server: 'https://127.0.0.1:6443',
    user: given.name ?? 'kind-kind',
    login: '',
    ...given,
  });

  test.each([
    ['kind-kind', 'https://127.0.0.1:34567'],
    ['k3d-dev', 'https://0.0.0.0:6550'],
    ['minikube', 'https://192.168.49.2:8443'],
    ['docker-desktop', 'https://kubernetes.docker.internal:6443'],
    ['rancher-desktop', 'https://127.0.0.1:6443'],
    ['colima', 'https://localhost:6443'],
    ['kind-products', 'https://[::1]:6443'],
  ])('of a laptop is taken: %s', (name, server) => {
    expect(refusal(context({ name, server }), false)).toBeUndefined();
  });

  test.each([
    ['EKS by its ARN', { name: 'arn:aws:eks:eu-west-1:123456789012:cluster/holdfast-dev' }, 'Amazon EKS'],
    [
      'EKS by its address',
      { name: 'kind-x', server: 'https://ABC.gr7.eu-west-1.eks.amazonaws.com' },
      'Amazon EKS',
    ],
    [
      'EKS by its login',
      { name: 'kind-x', login: 'aws --region eu-west-1 eks get-token --cluster-name a' },
      'Amazon EKS',
    ],
    [
      'EKS through a tunnel',
      { name: 'kind-x', cluster: 'arn:aws:eks:eu-west-1:123456789012:cluster/a' },
      'Amazon EKS',
    ],
    ['GKE by its name', { name: 'gke_project_europe-west1_main' }, 'Google GKE'],
    ['GKE by its login', { name: 'work', login: 'gke-gcloud-auth-plugin' }, 'Google GKE'],
    [
      'AKS by its address',
      { name: 'work', server: 'https://a-dns-1.hcp.westeurope.azmk8s.io:443' },
      'Azure AKS',
    ],
    ['AKS by its user', { name: 'work', user: 'clusterUser_group_name' }, 'Azure AKS'],
    ['DigitalOcean', { name: 'work', server: 'https://a.k8s.ondigitalocean.com' }, 'DigitalOcean'],
  ])('in a cloud is refused, even by name: %s', (_, given, cloud) => {
    const sentence = `the context "${given.name}" is a cluster in ${cloud}, not on a laptop: choose a laptop’s cluster: kubectl config use-context, or --context NAME`;
    expect(refusal(context(given), true)).toBe(sentence);
  });

  test.each([
    ['kind-prod', {}],
    ['production', {}],
    ['eu-preprod-1', {}],
    ['team-live', {}],
    ['prd1', {}],
    ['work', { cluster: 'acme-prod' }],
    ['work', { server: 'https://k8s.prod.acme.internal:6443' }],
  ])('that looks like production is refused, even by name: %s %j', (name, given) => {
    expect(refusal(context({ name, ...given }), true)).toMatch(
      /^the context ".+" looks like production \(.+\): choose/,
    );
  });

  test.each(['https://203.0.113.7:6443', 'https://k8s.acme.com', 'https://[2001:db8::1]:6443', 'nonsense'])(
    'that is far away is refused, whatever it is called: %s',
    (server) => {
      expect(refusal(context({ server }), true)).toMatch(/neither this machine nor in a private network/);
    },
  );

  test('that nobody knows has to be named', () => {
    const unknown = context({ name: 'work', server: 'https://10.1.2.3:6443' });
    expect(refusal(unknown, false)).toMatch(
      /^the context "work" .* is none that kind, .* makes: if it is meant, say so by --context work$/,
    );
    expect(refusal(unknown, true)).toBeUndefined();
  });

  test('is called by its own program as its context says', () => {
    expect(laptopOf({ name: 'kind-my-cluster' })).toEqual({ kind: 'kind', cluster: 'my-cluster' });
    expect(laptopOf({ name: 'work' })).toBeUndefined();
  });
});
