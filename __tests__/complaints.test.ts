/**
 * What users of platforms like this one complain about, and that it isn't so here: one test for each complaint, over all
 * stacks of what is shipped and of environments with every option on. Three belong to what isn't here yet and come with
 * it: recovery by Velero across regions (12), one comment per pull request (13), drift apart from pending change (14).
 */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { isAws } from '../environments/load';
import type { StackJson } from '../tools/lib/stack-json';
import { everyResource, everyStack, everyText, type Placed } from './support/every-stack';
import { loaded, remove, synthesiseForTest } from './support/shipped';

type Block = Record<string, unknown>;
const where = (found: readonly Placed[]) => found.map((resource) => resource.where);
const providers = (json: StackJson) => Object.keys(json.provider ?? {});
const list = (value: unknown): string[] => (Array.isArray(value) ? value : []) as string[];
/** Whether a resource names another, as a reference or in depends_on. */
const names = (resource: Placed, other: Placed): boolean =>
  everyText(resource.values).some(({ text }) => new RegExp(`\\b${other.address}(?![\\w-])`).test(text));
const beside = (resource: Placed, type: string): Placed[] =>
  everyResource(type).filter(({ stack }) => stack === resource.stack);
const releases = everyResource('helm_release');
/** Releases of the repository's own chart, which holds objects of kinds that other releases bring. */
const rawReleases = releases.filter(({ values }) => `${values['chart']}`.includes('raw-chart'));
const consumed = (json: StackJson): string[] => Object.keys(json.data?.['terraform_remote_state'] ?? {});

test('there is something to look at', () => {
  expect(everyResource('aws_eks_cluster').length).toBeGreaterThan(4);
  expect(rawReleases.length).toBeGreaterThan(10);
});

test('1: a cluster and what runs on it never share a state', () => {
  const kubernetes = everyStack.filter(({ json }) => providers(json).some((name) => name !== 'aws'));
  expect(kubernetes.length).toBeGreaterThan(8);
  for (const { json } of kubernetes) expect(json.resource).not.toHaveProperty('aws_eks_cluster');
  for (const { stack } of everyResource('aws_eks_cluster')) expect(providers(stack.json)).toEqual(['aws']);
});

test('2: no object is planned before its kind is there', () => {
  // It asks the API for the kind while planning.
  expect(where(everyResource('kubernetes_manifest'))).toEqual([]);
  for (const release of rawReleases) {
    const brings = beside(release, 'helm_release').some(
      (other) => !rawReleases.includes(other) && names(release, other),
    );
    // In its own stack after the release that brings the kind, in another after the platform, which has them all.
    const later = consumed(release.stack.json).includes('platform');
    expect([release.where, brings || later]).toEqual([release.where, true]);
  }
});

test('3: no webhook stands in the way of Services while the load balancer controller is away', () => {
  const controllers = releases.filter(({ values }) => values['chart'] === 'aws-load-balancer-controller');
  expect(controllers.length).toBeGreaterThan(4);
  for (const { values } of controllers)
    expect(list(values['values'])[0]).toContain('"enableServiceMutatorWebhook":false');
});

test('4: what is destroyed goes before what it stands on, and no log group stays behind', () => {
  for (const cluster of everyResource('aws_eks_cluster')) {
    const group = beside(cluster, 'aws_cloudwatch_log_group').find(
      ({ values }) => values['name'] === `/aws/eks/${cluster.values['name']}/cluster`,
    );
    expect(group && list(cluster.values['depends_on'])).toContain(group?.address);
    for (const nodes of beside(cluster, 'aws_eks_node_group')) {
      expect(names(nodes, cluster)).toBe(true);
      // Nodes go before the network that they need to drain.
      const cni = beside(cluster, 'aws_eks_addon').find(
        ({ values }) => values['addon_name'] === 'vpc-cni',
      ) as Placed;
      expect(list(nodes.values['depends_on'])).toContain(cni.address);
      expect(names(cni, cluster)).toBe(true);
    }
  }
  // Stacks are destroyed against the order in which they read each other.
  const reads = Object.fromEntries(everyStack.map(({ name, json }) => [name, consumed(json)]));
  for (const { environment, name } of everyStack.filter(({ component }) => component === 'app')) {
    if (reads[name]?.length === 0) continue;
    expect(reads[name]).toEqual(expect.arrayContaining(['platform', 'data', 'cluster', 'network']));
    expect(reads[`${environment}-platform`]).toEqual(expect.arrayContaining(['cluster', 'network']));
    expect(reads[`${environment}-cluster`]).toEqual(['network']);
  }
});

test('5: a release never sticks halfway, and no value holds a secret', () => {
  for (const { values } of releases) {
    expect(values).toMatchObject({ atomic: true, cleanup_on_fail: true, wait: true });
    expect(values).not.toHaveProperty('set_sensitive');
  }
  const secret =
    /"(\w*(password|passwd|privateKey|apiKey|token|connectionString))"\s*:\s*"(?!\{\{)[^"]{8,}"/i;
  expect(
    where(
      releases.filter(({ values }) => secret.test(JSON.stringify(values['values']).replaceAll('\\"', '"'))),
    ),
  ).toEqual([]);
  expect(secret.test('{"adminPassword":"correct horse"}')).toBe(true);
});

test('6: nobody is billed for extended support in silence', () => {
  for (const { values } of everyResource('aws_eks_cluster')) {
    expect(values['upgrade_policy']).toEqual({ support_type: 'STANDARD' });
  }
  const after = loaded('2099-01-01');
  const late = synthesiseForTest(after);
  remove(dirname(late.outdir));
  for (const { environment } of after.deployments.filter(isAws)) {
    for (const [component, product] of [
      ['cluster', 'Kubernetes'],
      ['data', 'PostgreSQL'],
    ]) {
      // What stands by has no cluster yet.
      if (!late.stacks.some(({ name }) => name === `${environment.name}-${component}`)) continue;
      expect(late.warnings).toContainEqual(
        expect.stringMatching(new RegExp(`^${environment.name}-${component}/.*EXPIRED: ${product} `)),
      );
    }
  }
});

test('7: no upgrade replaces a cluster, none rolls nodes that nobody asked for, and no add-on drifts', () => {
  for (const { values } of everyResource('aws_eks_cluster')) {
    expect(values['bootstrap_self_managed_addons']).toBe(false);
    expect((values['lifecycle'] as Block)['ignore_changes']).toContain('bootstrap_self_managed_addons');
  }
  for (const { values } of everyResource('aws_eks_node_group')) {
    expect(values).not.toHaveProperty('node_group_name');
    expect(values).toMatchObject({
      node_group_name_prefix: expect.stringMatching(/-$/),
      release_version: expect.stringMatching(/^\d+\.\d+\.\d+-\w+$/),
      lifecycle: { create_before_destroy: true },
    });
  }
  const addOns = everyResource('aws_eks_addon');
  expect(
    where(
      addOns.filter(({ values }) => !/^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(`${values['addon_version']}`)),
    ),
  ).toEqual([]);
  // What is looked up at plan is another thing tomorrow.
  const lookedUp = everyStack.flatMap(({ name, json }) =>
    Object.keys(json.data ?? {})
      // The bastion's image, which a new one starts with and a running one ignores; a zone by its name, which has one id.
      .filter((type) => !['terraform_remote_state', 'aws_ssm_parameter', 'aws_route53_zone'].includes(type))
      .map((type) => `${name}: data.${type}`),
  );
  expect(lookedUp).toEqual([]);
  for (const { values } of everyResource('aws_instance')) {
    expect((values['lifecycle'] as Block)['ignore_changes']).toContain('ami');
  }
});

test('8: nobody locks himself out, or is let in by having made the cluster', () => {
  for (const { values } of everyResource('aws_eks_cluster')) {
    expect(values['access_config']).toEqual({
      authentication_mode: 'API',
      bootstrap_cluster_creator_admin_permissions: false,
    });
  }
  const maps = everyResource().filter(
    ({ type, values }) =>
      type.startsWith('kubernetes_') && (values['metadata'] as Block | undefined)?.['name'] === 'aws-auth',
  );
  expect(where(maps)).toEqual([]);
});

test('9: pods get their roles by Pod Identity, none by a web identity', () => {
  expect(everyResource('aws_eks_pod_identity_association').length).toBeGreaterThan(10);
  const annotated = everyResource().filter(({ values }) =>
    everyText(values).some(
      ({ path, text }) => path.includes('role-arn') || text.includes('eks.amazonaws.com/role-arn'),
    ),
  );
  expect(where(annotated)).toEqual([]);
  const federated = everyResource('aws_iam_role').filter(({ values }) =>
    `${values['assume_role_policy']}`.includes('sts:AssumeRoleWithWebIdentity'),
  );
  // GitHub's workflows have nothing else.
  expect(
    where(
      federated.filter(
        ({ values }) => !`${values['assume_role_policy']}`.includes('token.actions.githubusercontent.com'),
      ),
    ),
  ).toEqual([]);
});

test('10: stacks hand each other what their contracts say, and nothing in passing', () => {
  const outputs = new Map(everyStack.map(({ name, json }) => [name, Object.keys(json.output ?? {})]));
  // What cdktf calls those that it makes by itself.
  expect([...outputs.values()].flat().filter((name) => name.startsWith('cross-stack-output'))).toEqual([]);
  const read = everyResource().flatMap(({ stack, values, where: place }) =>
    everyText(values).flatMap(({ text }) =>
      [...text.matchAll(/data\.terraform_remote_state\.(\w+)\.outputs\.(\w+)/g)].map((match) => ({
        place,
        producer: `${stack.environment}-${match[1]}`,
        output: match[2] as string,
      })),
    ),
  );
  expect(read.length).toBeGreaterThan(100);
  expect(read.filter(({ producer, output }) => !outputs.get(producer)?.includes(output))).toEqual([]);
});

test('11: a major version of the database is not kept from going up by its parameters', () => {
  const groups = everyResource('aws_db_parameter_group');
  expect(groups.length).toBeGreaterThan(4);
  for (const { values } of groups) {
    expect(values).not.toHaveProperty('name');
    // The successor of another family stands beside it until the instance has moved.
    expect(values).toMatchObject({
      name_prefix: expect.stringMatching(/-$/),
      lifecycle: { create_before_destroy: true },
    });
  }
  for (const { values } of everyResource('aws_db_instance')) {
    if (values['replicate_source_db'] === undefined) expect(values['allow_major_version_upgrade']).toBe(true);
    // Refused together with the password that RDS manages (constructs/database/postgres.ts).
    if (values['manage_master_user_password'] === true)
      expect(values).not.toHaveProperty('blue_green_update');
  }
});

test('15: what a synthesis loads of the providers is what it uses', () => {
  const script = `require('./stacks');
    const loaded = Object.keys(require.cache).filter((file) => file.includes('provider-aws/lib/'));
    console.log(JSON.stringify([loaded.some((file) => /provider-aws\\/lib\\/index\\.js$/.test(file)), loaded.length]));`;
  const run = spawnSync(process.execPath, ['--import', 'tsx', '--eval', script], { encoding: 'utf8' });
  const [barrel, files] = JSON.parse(run.stdout);
  expect([barrel, run.stderr]).toEqual([false, '']);
  // The barrel has more than a thousand.
  expect(files).toBeGreaterThan(50);
  expect(files).toBeLessThan(300);
});
