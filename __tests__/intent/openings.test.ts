/** What can be reached, by whom, and how long it is remembered: of every stack that Holdfast makes. */
import { everyResource, everyText, type Placed } from '../support/every-stack';

interface Port {
  readonly protocol: string;
  readonly from_port: number;
  readonly to_port: number;
}
const names = (found: readonly Placed[]) => found.map(({ where }) => where);

/** Where the whole internet may be written, and why. */
const internet: Record<string, string> = {
  'aws_security_group.egress.cidr_blocks':
    'out to Systems Manager by HTTPS, whose addresses AWS does not list',
  'aws_route.destination_cidr_block':
    'the way out, through a NAT gateway or from the load balancers’ subnets',
  'kubernetes_network_policy_v1.spec.egress.to.ip_block.cidr':
    'out of a controller by HTTPS (Argo CD: and SSH) to AWS, the Kubernetes API and repositories; never the node’s metadata',
};

test('the whole internet is written nowhere but in the ways out', () => {
  const found = everyResource().flatMap((resource) =>
    everyText(resource.values)
      // Anywhere in a text: a rule may hide in JSON that a chart or a policy gets.
      .filter(({ text }) => /(^|[^\d.])0\.0\.0\.0\/\d|::\/0/.test(text))
      .map(({ path }) => ({ where: `${resource.where}.${path}`, property: `${resource.type}.${path}` })),
  );
  expect(found.filter(({ property }) => !(property in internet))).toEqual([]);
  expect(found.length).toBeGreaterThan(10);
});

test('a rule of a security group opens one port by one protocol, to somebody in particular', () => {
  const rules = [
    ...everyResource('aws_vpc_security_group_ingress_rule'),
    ...everyResource('aws_vpc_security_group_egress_rule'),
  ];
  expect(rules.length).toBeGreaterThan(10);
  expect(
    names(
      rules.filter(({ values }) => {
        const whom = ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id'].filter(
          (key) => values[key] !== undefined,
        );
        return (
          values['ip_protocol'] === '-1' ||
          values['from_port'] === undefined ||
          values['from_port'] !== values['to_port'] ||
          whom.length !== 1
        );
      }),
    ),
  ).toEqual([]);
  // Rules in the group itself would escape that, and fight with those beside it.
  const inline = everyResource('aws_security_group').filter(({ values }) => {
    const [into, out] = [values['ingress'], values['egress']].map((rules) => (rules ?? []) as Port[]);
    // What a group lets out it may say itself, as long as it is one port each.
    return (
      (into ?? []).length > 0 ||
      (out ?? []).some((rule) => rule.protocol === '-1' || rule.from_port !== rule.to_port)
    );
  });
  expect(names(inline)).toEqual([]);
  expect(everyResource('aws_security_group_rule')).toEqual([]);
  for (const { values } of everyResource('aws_default_security_group')) {
    expect([values['ingress'] ?? [], values['egress'] ?? []]).toEqual([[], []]);
  }
});

test('nothing that holds data has a public address', () => {
  const instances = everyResource('aws_db_instance');
  expect(instances.length).toBeGreaterThan(4);
  expect(names(instances.filter(({ values }) => values['publicly_accessible'] !== false))).toEqual([]);
  // Nor does anything get one by starting in a subnet.
  expect(
    names(everyResource('aws_subnet').filter(({ values }) => values['map_public_ip_on_launch'] === true)),
  ).toEqual([]);
});

test('the Kubernetes API is always reached from inside, and never by the whole internet', () => {
  const clusters = everyResource('aws_eks_cluster');
  expect(clusters.length).toBeGreaterThan(4);
  for (const { values } of clusters) {
    const access = values['vpc_config'] as Record<string, unknown>;
    expect(access['endpoint_private_access']).toBe(true);
    // Without a list EKS lets in everybody.
    const ranges = (access['public_access_cidrs'] ?? []) as string[];
    expect(access['endpoint_public_access'] === true).toBe(ranges.length > 0);
    expect(ranges.filter((range) => /\/[0-7]$/.test(range))).toEqual([]);
  }
});

test('every bucket has all that a bucket needs', () => {
  const needed = [
    'aws_s3_bucket_lifecycle_configuration',
    'aws_s3_bucket_ownership_controls',
    'aws_s3_bucket_policy',
    'aws_s3_bucket_public_access_block',
    'aws_s3_bucket_server_side_encryption_configuration',
    'aws_s3_bucket_versioning',
  ];
  const buckets = everyResource('aws_s3_bucket');
  expect(buckets.length).toBeGreaterThan(8);
  const lacking = buckets.flatMap((bucket) =>
    needed
      .filter(
        (type) =>
          !everyResource(type).some(
            ({ stack, values }) =>
              stack.name === bucket.stack.name && values['bucket'] === `\${${bucket.address}.id}`,
          ),
      )
      .map((type) => `${bucket.where} has no ${type}`),
  );
  expect(lacking).toEqual([]);
  const open = everyResource('aws_s3_bucket_public_access_block').filter(({ values }) =>
    ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'].some(
      (switched) => values[switched] !== true,
    ),
  );
  expect(names(open)).toEqual([]);
});

test('every log group has a retention', () => {
  const groups = everyResource('aws_cloudwatch_log_group');
  expect(groups.length).toBeGreaterThan(20);
  expect(names(groups.filter(({ values }) => !((values['retention_in_days'] as number) > 0)))).toEqual([]);
});
