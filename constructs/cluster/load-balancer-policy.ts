import { arnIn, type Place } from '../identity/place';
import type { Conditions, Statement } from '../identity/policy';

export interface LoadBalancerPolicyProps extends Place {
  /** The controller puts it into the tag of everything it makes. */
  readonly clusterName: string;
  readonly vpcId: string;
}

const clusterTag = 'elbv2.k8s.aws/cluster';

/**
 * What the AWS Load Balancer Controller may do, for Ingress, Gateway API and Service. The actions are those of its own
 * policy (docs/install/iam_policy.json at v3.5.0, read 2026-11-21), with tighter conditions: this account and region,
 * security groups of this VPC, and only load balancers that carry this cluster's name, where upstream accepts any
 * cluster's.
 */
export function loadBalancerControllerPolicy(props: LoadBalancerPolicyProps): Statement[] {
  const balancing = (resource: string) => arnIn(props, 'elasticloadbalancing', resource);
  const securityGroups = arnIn(props, 'ec2', 'security-group/*');
  const requestsOurTag: Conditions = {
    StringEquals: { [`aws:RequestTag/${clusterTag}`]: props.clusterName },
  };
  const carriesOurTag: Conditions = {
    StringEquals: { [`aws:ResourceTag/${clusterTag}`]: props.clusterName },
  };
  /** Something of ours, whose tag stays as it is. */
  const keepsOurTag: Conditions = { ...carriesOurTag, Null: { [`aws:RequestTag/${clusterTag}`]: 'true' } };
  const balancersAndTargets = [
    balancing('targetgroup/*/*'),
    balancing('loadbalancer/net/*/*'),
    balancing('loadbalancer/app/*/*'),
  ] as const;
  return [
    {
      sid: 'CreateServiceRole',
      actions: 'iam:CreateServiceLinkedRole',
      resources: `arn:aws:iam::${props.accountId}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`,
      conditions: { StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
    },
    // Actions that know no resources.
    {
      sid: 'Look',
      actions: [
        'ec2:DescribeAccountAttributes',
        'ec2:DescribeAddresses',
        'ec2:DescribeAvailabilityZones',
        'ec2:DescribeCoipPools',
        'ec2:DescribeInstances',
        'ec2:DescribeInternetGateways',
        'ec2:DescribeIpamPools',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeRouteTables',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeTags',
        'ec2:DescribeVpcPeeringConnections',
        'ec2:DescribeVpcs',
        'ec2:GetCoipPoolUsage',
        'ec2:GetSecurityGroupsForVpc',
        'elasticloadbalancing:DescribeCapacityReservation',
        'elasticloadbalancing:DescribeListenerAttributes',
        'elasticloadbalancing:DescribeListenerCertificates',
        'elasticloadbalancing:DescribeListeners',
        'elasticloadbalancing:DescribeLoadBalancerAttributes',
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeSSLPolicies',
        'elasticloadbalancing:DescribeTags',
        'elasticloadbalancing:DescribeTargetGroupAttributes',
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetHealth',
        'elasticloadbalancing:DescribeTrustStores',
      ],
      resources: '*',
    },
    {
      sid: 'CertificatesAndProtection',
      actions: [
        'acm:DescribeCertificate',
        'acm:ListCertificates',
        'cognito-idp:DescribeUserPoolClient',
        'iam:GetServerCertificate',
        'iam:ListServerCertificates',
        'shield:CreateProtection',
        'shield:DeleteProtection',
        'shield:DescribeProtection',
        'shield:GetSubscriptionState',
        'waf-regional:AssociateWebACL',
        'waf-regional:DisassociateWebACL',
        'waf-regional:GetWebACL',
        'waf-regional:GetWebACLForResource',
        'wafv2:AssociateWebACL',
        'wafv2:DisassociateWebACL',
        'wafv2:GetWebACL',
        'wafv2:GetWebACLForResource',
      ],
      resources: '*',
    },
    // Also the cluster's own group, which the controller didn't make: it opens it for its load balancers.
    {
      sid: 'OpenSecurityGroupsOfTheVpc',
      actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
      resources: '*',
      conditions: { ArnEquals: { 'ec2:Vpc': arnIn(props, 'ec2', `vpc/${props.vpcId}`) } },
    },
    {
      sid: 'DeleteOwnSecurityGroups',
      actions: 'ec2:DeleteSecurityGroup',
      resources: securityGroups,
      conditions: carriesOurTag,
    },
    // Two resources decide: the group to be, and the VPC that it will be in.
    {
      sid: 'CreateSecurityGroups',
      actions: 'ec2:CreateSecurityGroup',
      resources: [securityGroups, arnIn(props, 'ec2', `vpc/${props.vpcId}`)],
    },
    {
      sid: 'TagNewSecurityGroups',
      actions: 'ec2:CreateTags',
      resources: securityGroups,
      conditions: {
        StringEquals: {
          'ec2:CreateAction': 'CreateSecurityGroup',
          [`aws:RequestTag/${clusterTag}`]: props.clusterName,
        },
      },
    },
    {
      sid: 'RetagSecurityGroups',
      actions: ['ec2:CreateTags', 'ec2:DeleteTags'],
      resources: securityGroups,
      conditions: keepsOurTag,
    },
    {
      sid: 'CreateBalancers',
      actions: ['elasticloadbalancing:CreateLoadBalancer', 'elasticloadbalancing:CreateTargetGroup'],
      resources: balancersAndTargets,
      conditions: requestsOurTag,
    },
    {
      sid: 'TagNewBalancers',
      actions: 'elasticloadbalancing:AddTags',
      resources: balancersAndTargets,
      conditions: {
        StringEquals: {
          'elasticloadbalancing:CreateAction': ['CreateTargetGroup', 'CreateLoadBalancer'],
          [`aws:RequestTag/${clusterTag}`]: props.clusterName,
        },
      },
    },
    {
      sid: 'RetagBalancers',
      actions: ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'],
      resources: balancersAndTargets,
      conditions: keepsOurTag,
    },
    {
      sid: 'ChangeBalancers',
      actions: [
        'elasticloadbalancing:DeleteLoadBalancer',
        'elasticloadbalancing:DeleteTargetGroup',
        'elasticloadbalancing:ModifyCapacityReservation',
        'elasticloadbalancing:ModifyIpPools',
        'elasticloadbalancing:ModifyListenerAttributes',
        'elasticloadbalancing:ModifyLoadBalancerAttributes',
        'elasticloadbalancing:ModifyTargetGroup',
        'elasticloadbalancing:ModifyTargetGroupAttributes',
        'elasticloadbalancing:SetIpAddressType',
        'elasticloadbalancing:SetSecurityGroups',
        'elasticloadbalancing:SetSubnets',
      ],
      resources: '*',
      conditions: carriesOurTag,
    },
    // Upstream sets no condition on these either: listeners and rules of old releases carry no tag.
    {
      sid: 'ListenersAndRules',
      actions: [
        'elasticloadbalancing:AddListenerCertificates',
        'elasticloadbalancing:CreateListener',
        'elasticloadbalancing:CreateRule',
        'elasticloadbalancing:DeleteListener',
        'elasticloadbalancing:DeleteRule',
        'elasticloadbalancing:ModifyListener',
        'elasticloadbalancing:ModifyRule',
        'elasticloadbalancing:RemoveListenerCertificates',
        'elasticloadbalancing:SetRulePriorities',
        'elasticloadbalancing:SetWebAcl',
      ],
      resources: '*',
    },
    {
      sid: 'TagListenersAndRules',
      actions: ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'],
      resources: [
        balancing('listener/net/*/*/*'),
        balancing('listener/app/*/*/*'),
        balancing('listener-rule/net/*/*/*'),
        balancing('listener-rule/app/*/*/*'),
      ],
    },
    {
      sid: 'Targets',
      actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
      resources: balancing('targetgroup/*/*'),
    },
  ];
}
