/** Who answers for a resource, who pays for it, and how far its data may go: told by everything that AWS bills. */
import { everyResource, everyStack } from '../support/every-stack';

const tags = ['cost-centre', 'data-classification', 'environment', 'managed-by', 'owner', 'service'];
type Tags = Readonly<Record<string, string>>;

test('every AWS provider gives what it makes all tags, and none is empty', () => {
  const providers = everyStack.flatMap(({ name, json }) =>
    ((json.provider?.['aws'] ?? []) as { default_tags?: { tags: Tags }[] }[]).map((provider) => ({
      name,
      given: provider.default_tags?.[0]?.tags ?? {},
    })),
  );
  expect(providers.length).toBeGreaterThan(20);
  for (const { name, given } of providers) {
    // What may be broken on purpose says so, in whole environments: none of those that are shipped for production.
    const { AzImpairmentPower: breakable, ...rest } = given;
    expect([name, Object.keys(rest).sort()]).toEqual([name, tags]);
    expect([name, breakable]).toEqual([name, name.startsWith('staging-') ? 'Ready' : undefined]);
    expect([name, Object.values(given).filter((value) => value.trim() === '')]).toEqual([name, []]);
  }
});

test('an environment’s tags say its name, so that policies can tell whose a resource is', () => {
  for (const { environment, json } of everyStack) {
    for (const provider of (json.provider?.['aws'] ?? []) as { default_tags: { tags: Tags }[] }[]) {
      expect(provider.default_tags[0]?.tags['environment']).toBe(environment);
    }
  }
});

describe('what AWS makes on its own, which no provider tags', () => {
  const given = new Map(
    everyStack
      .filter(({ component }) => component === 'network')
      .map(({ environment, json }) => {
        const [provider] = (json.provider?.['aws'] ?? []) as { default_tags: { tags: Tags }[] }[];
        return [environment, provider?.default_tags[0]?.tags];
      }),
  );
  const tagsOf = (environment: string): Tags | undefined => given.get(environment);
  /** Objects under a key, in JSON that Terraform still completes. */
  const under = (key: string, text: string): Tags[] =>
    [...text.matchAll(new RegExp(`"${key}":(\\{[^{}]*\\})`, 'g'))].map((match) => JSON.parse(`${match[1]}`));

  test('instances, disks and interfaces of nodes', () => {
    const templates = everyResource('aws_launch_template');
    expect(templates.length).toBeGreaterThan(4);
    for (const { values, stack } of templates) {
      const specified = values['tag_specifications'] as { resource_type: string; tags: Tags }[];
      expect(specified.map((one) => one.resource_type).sort()).toEqual([
        'instance',
        'network-interface',
        'volume',
      ]);
      for (const one of specified) expect(one.tags).toMatchObject(tagsOf(stack.environment) as Tags);
    }
  });

  test('volumes of claims', () => {
    const drivers = everyResource('aws_eks_addon').filter(
      ({ values }) => values['addon_name'] === 'aws-ebs-csi-driver',
    );
    expect(drivers.length).toBeGreaterThan(4);
    for (const { values, stack } of drivers) {
      expect(JSON.parse(`${values['configuration_values']}`)).toEqual({
        controller: { extraVolumeTags: tagsOf(stack.environment) },
      });
    }
  });

  test('load balancers, and nodes of Karpenter', () => {
    const releases = everyResource('helm_release');
    const valuesOf = (chart: string) =>
      releases
        .filter(({ values }) => values['chart'] === chart)
        .map(({ values, stack }) => ({ stack, text: `${(values['values'] as string[])[0]}` }));
    const controllers = valuesOf('aws-load-balancer-controller');
    expect(controllers.length).toBeGreaterThan(4);
    for (const { text, stack } of controllers) {
      expect(under('defaultTags', text)).toEqual([tagsOf(stack.environment)]);
    }
    const classes = releases.filter(({ values }) => JSON.stringify(values).includes('EC2NodeClass'));
    expect(classes.length).toBeGreaterThan(0);
    for (const { values, stack } of classes) {
      expect(under('tags', `${(values['values'] as string[])[0]}`)).toContainEqual(tagsOf(stack.environment));
    }
  });
});
