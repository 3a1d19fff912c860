import { environmentStacks, type Json, small } from '../aws-fixture';

const { data } = environmentStacks(small);
const instance = data.only('aws_instance');
const rulesOf = (type: string): Json[] => Object.values(data.all(type));

describe('the bastion', () => {
  test('has no key, no public address and no open port; Systems Manager is the only way in', () => {
    expect(instance).toMatchObject({ associate_public_ip_address: false, instance_type: 't4g.nano' });
    expect(instance).not.toHaveProperty('key_name');
    expect(instance.user_data).toBeUndefined();
    const [group] = instance.vpc_security_group_ids as string[];
    const into = rulesOf('aws_vpc_security_group_ingress_rule').filter(
      (rule) => rule.security_group_id === group,
    );
    expect(into).toEqual([]);
    const attached = rulesOf('aws_iam_role_policy_attachment').map((one) => String(one.policy_arn));
    expect(attached.filter((arn) => arn.includes('SSM'))).toEqual([
      'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
    ]);
  });

  test('answers metadata of version 2 over one hop, and its disk is encrypted', () => {
    expect(instance.metadata_options).toMatchObject({
      http_tokens: 'required',
      http_put_response_hop_limit: 1,
    });
    expect(instance.root_block_device).toMatchObject({ encrypted: true, volume_type: 'gp3' });
  });

  test('reaches the database and the Kubernetes API, and nothing else in the VPC', () => {
    const [group] = instance.vpc_security_group_ids as string[];
    const own = rulesOf('aws_security_group').find(({ name }) => name === 'holdfast-abcdefghij-bastion');
    const out = ((own?.egress ?? []) as Json[]).map((rule) => [
      rule.from_port,
      rule.to_port,
      rule.cidr_blocks,
      rule.security_groups.length,
    ]);
    expect(out).toEqual([
      [443, 443, ['0.0.0.0/0'], 0],
      [5432, 5432, [], 1],
      [443, 443, [], 1],
    ]);
    const lets = rulesOf('aws_vpc_security_group_ingress_rule').filter(
      (rule) => rule.referenced_security_group_id === group,
    );
    expect(lets.map(({ from_port }) => from_port).sort()).toEqual([443, 5432]);
  });

  test('is not replaced by a newer image', () => {
    expect(instance.lifecycle).toEqual({ ignore_changes: ['ami'] });
  });

  test('is left out where the environment does without', () => {
    const without = environmentStacks({ ...small, access: { bastion: false } }).data;
    expect(without.all('aws_instance')).toEqual({});
  });
});
