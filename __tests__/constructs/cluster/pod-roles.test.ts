import { controllers } from '../../../constructs/platform/names';
import {
  big,
  environmentStacks,
  type Json,
  list,
  type PolicyStatement,
  type Synthesised,
  statements,
} from '../aws-fixture';

const production = environmentStacks(big).cluster;

describe('roles of pods', () => {
  const trusts = (stack: Synthesised) =>
    Object.values(stack.all('aws_iam_role'))
      .flatMap((role: Json) => statements(role.assume_role_policy))
      .filter((trust) => trust.Principal.Service === 'pods.eks.amazonaws.com');

  test('trust one service account of one cluster', () => {
    const cluster = 'arn:aws:eks:eu-west-1:123456789012:cluster/holdfast-big';
    const accounts = trusts(production).map((trust) => {
      expect(trust.Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
      const tags = trust.Condition.StringEquals;
      expect(tags['aws:RequestTag/eks-cluster-arn']).toBe(cluster);
      return [tags['aws:RequestTag/kubernetes-namespace'], tags['aws:RequestTag/kubernetes-service-account']];
    });
    expect(accounts).toEqual(
      expect.arrayContaining([
        ['kube-system', 'aws-node'],
        ['kube-system', 'ebs-csi-controller-sa'],
        ...[
          controllers.externalSecrets,
          controllers.loadBalancerController,
          controllers.cloudWatchExporter,
        ].map((one) => [one.namespace, one.serviceAccount]),
      ]),
    );
    expect(accounts).toHaveLength(5);
  });

  test('of external-secrets reaches the environment’s own secrets', () => {
    const [policy] = Object.entries(production.all('aws_iam_role_policy'))
      .filter(([id]) => id.startsWith('external-secrets'))
      .map(([, one]: [string, Json]) => statements(one.policy));
    expect(policy).toEqual([
      {
        Sid: 'ReadSecretsOfTheEnvironment',
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        Resource: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:holdfast/big/*',
      },
    ]);
  });

  test('of the load balancer controller deletes and changes only what carries the cluster’s name', () => {
    const [policy = []] = Object.entries(production.all('aws_iam_role_policy'))
      .filter(([id]) => id.startsWith('load-balancer'))
      .map(([, one]: [string, Json]) => statements(one.policy));
    const allowing = (action: string): PolicyStatement[] =>
      policy.filter((statement) => list(statement.Action).includes(action));
    for (const action of [
      'ec2:DeleteSecurityGroup',
      'elasticloadbalancing:DeleteLoadBalancer',
      'elasticloadbalancing:DeleteTargetGroup',
      'elasticloadbalancing:SetSecurityGroups',
    ]) {
      expect(allowing(action)).toHaveLength(1);
      expect(allowing(action)[0]?.Condition.StringEquals['aws:ResourceTag/elbv2.k8s.aws/cluster']).toBe(
        'holdfast-big',
      );
    }
    for (const statement of allowing('ec2:AuthorizeSecurityGroupIngress')) {
      expect(Object.keys(statement.Condition.ArnEquals)).toEqual(['ec2:Vpc']);
    }
    // IAM's limit for the inline policies of a role, without white space.
    expect(JSON.stringify(policy).length).toBeLessThan(10_000);
  });
});
