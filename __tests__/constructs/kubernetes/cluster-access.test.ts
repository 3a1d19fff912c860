import { Testing } from 'cdktf';
import { HoldfastStack } from '../../../constructs/core/stack';
import { type ClusterAccess, useHelm, useKubernetes } from '../../../constructs/kubernetes/cluster-access';
import { synthesised } from '../../support/kubernetes';

const access: ClusterAccess = {
  clusterName: 'c',
  endpoint: 'https://example.com',
  certificateAuthority: 'Q0E=',
  region: 'eu-west-1',
};

function providers(given: ClusterAccess) {
  const stack = new HoldfastStack(Testing.app(), {
    environment: 'test',
    component: 'access',
    state: { kind: 'local' },
    tags: {},
  });
  useKubernetes(stack, given);
  useHelm(stack, given);
  const { kubernetes, helm } = synthesised(stack).json.provider;
  return [kubernetes[0], helm[0].kubernetes];
}

const args = ['eks', 'get-token', '--cluster-name', 'c', '--region', 'eu-west-1', '--output', 'json'];

test('both providers fetch a token of their own whenever they need one', () => {
  for (const provider of providers(access)) {
    expect(provider).not.toHaveProperty('token');
    expect([provider.exec].flat()).toEqual([
      { api_version: 'client.authentication.k8s.io/v1beta1', command: 'aws', args },
    ]);
    expect(provider.cluster_ca_certificate).toBe('${base64decode("Q0E=")}');
  }
});

test('both deploy as the environment’s role, where it has one', () => {
  const deployRoleArn = 'arn:aws:iam::123456789012:role/deploy';
  for (const provider of providers({ ...access, deployRoleArn })) {
    expect([provider.exec].flat()[0].args).toEqual([...args, '--role-arn', deployRoleArn]);
  }
});
