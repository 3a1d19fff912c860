import {
  big,
  environmentStacks,
  type Json,
  optional,
  type Synthesised,
  small,
  statements,
} from '../aws-fixture';
import { waitsFor } from './order';

const development = environmentStacks(small).cluster;
const production = environmentStacks(big).cluster;
const everything = environmentStacks(optional).cluster;

describe('the control plane', () => {
  test('lets in whom its entries name, and not who happened to make it', () => {
    for (const stack of [development, production]) {
      expect(stack.only('aws_eks_cluster')).toMatchObject({
        access_config: { authentication_mode: 'API', bootstrap_cluster_creator_admin_permissions: false },
        bootstrap_self_managed_addons: false,
        upgrade_policy: { support_type: 'STANDARD' },
        enabled_cluster_log_types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
      });
    }
  });

  test('is always reached from inside, from outside only by the ranges that are named', () => {
    expect(development.only('aws_eks_cluster').vpc_config).toMatchObject({
      endpoint_private_access: true,
      endpoint_public_access: true,
      public_access_cidrs: ['203.0.113.0/24'],
    });
    expect(production.only('aws_eks_cluster').vpc_config).toMatchObject({
      endpoint_private_access: true,
      endpoint_public_access: false,
    });
    expect(production.only('aws_eks_cluster').vpc_config.public_access_cidrs).toBeUndefined();
  });

  test('acts for this cluster alone: EKS can be made to use the role by nobody else’s', () => {
    const role = Object.values(production.all('aws_iam_role')).find(
      (one: Json) => one.name === 'holdfast-big-control-plane',
    );
    expect(statements(role.assume_role_policy)[0]?.Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': '123456789012' },
      ArnLike: { 'aws:SourceArn': 'arn:aws:eks:eu-west-1:123456789012:cluster/holdfast-big' },
    });
  });

  test('logs into a group that is there before it', () => {
    const group = production.only('aws_cloudwatch_log_group');
    expect(group.name).toBe(`/aws/eks/${production.only('aws_eks_cluster').name}/cluster`);
    expect([...waitsFor(production, production.only('aws_eks_cluster'))]).toContainEqual(
      expect.stringContaining('aws_cloudwatch_log_group.'),
    );
  });

  test('is protected in production only', () => {
    expect(production.only('aws_eks_cluster')).toMatchObject({
      deletion_protection: true,
      lifecycle: { prevent_destroy: true },
    });
    expect(development.only('aws_eks_cluster').deletion_protection).toBe(false);
    expect(development.only('aws_eks_cluster').lifecycle.prevent_destroy).toBeUndefined();
  });
});

describe('roles that get into the cluster', () => {
  const arn = (role: string) => `arn:aws:iam::123456789012:role/${role}`;
  /** Access by role: kind of entry, groups, and AWS's policy over the whole cluster. */
  const access = (stack: Synthesised) =>
    Object.fromEntries(
      Object.entries(stack.all('aws_eks_access_entry')).map(([id, entry]: [string, Json]) => {
        const [association] = Object.values(stack.all('aws_eks_access_policy_association')).filter(
          (one: Json) => one.principal_arn === entry.principal_arn,
        ) as Json[];
        if (association) {
          expect(association.access_scope).toEqual({ type: 'cluster' });
          expect(association.depends_on).toEqual([`aws_eks_access_entry.${id}`]);
        }
        const policy = association?.policy_arn.replace('arn:aws:eks::aws:cluster-access-policy/', '');
        return [entry.principal_arn, [entry.type, entry.kubernetes_groups, policy]];
      }),
    );

  test('administer as the one that deploys and those listed, each with one entry and its groups', () => {
    expect(development.all('aws_eks_access_entry')).toEqual({});
    expect(big.cluster.adminRoles).toContain(big.deployRole);
    const [deployer = '', administrator = ''] = big.cluster.adminRoles;
    const admin = 'AmazonEKSClusterAdminPolicy';
    expect(access(production)).toEqual({
      [arn(deployer)]: ['STANDARD', ['holdfast:administrators', 'holdfast:deployers'], admin],
      [arn(administrator)]: ['STANDARD', ['holdfast:administrators'], admin],
    });
  });

  test('look without seeing Secrets', () => {
    const view = 'AmazonEKSViewPolicy';
    expect(access(everything)).toMatchObject({
      [arn('platform-admin')]: ['STANDARD', ['holdfast:administrators'], 'AmazonEKSClusterAdminPolicy'],
      [arn('auditor')]: ['STANDARD', ['holdfast:readers'], view],
      [arn('teams/support')]: ['STANDARD', ['holdfast:readers'], view],
    });
  });
});
