import { App, TerraformOutput } from 'cdktf';
import { HoldfastStack, type StateLocation } from '../../../constructs/core/stack';
import { StackContract, text, texts } from '../../../constructs/core/stack-contract';

const contract = new StackContract('network', {
  vpc_id: text('Id.', 'vpc-1'),
  subnet_ids: texts('Subnets.', ['subnet-1', 'subnet-2']),
});
const shared: StateLocation = { kind: 's3', bucket: 'state', region: 'eu-west-1' };

function pair(state: StateLocation) {
  const app = new App();
  const network = new HoldfastStack(app, { environment: 'dev', component: 'network', state, tags: {} });
  const data = new HoldfastStack(app, { environment: 'dev', component: 'data', state, tags: {} });
  contract.publish(network, { vpc_id: 'vpc-7', subnet_ids: ['subnet-7'] });
  const consumed = contract.consume(data, network);
  new TerraformOutput(data, 'seen', { value: { vpc: consumed.vpc_id, subnets: consumed.subnet_ids } });
  for (const stack of [network, data]) stack.prepareStack();
  return { network, data, json: { network: network.toTerraform(), data: data.toTerraform() } };
}

test('outputs have fixed names, and are read from the producer’s own state', () => {
  const { network, data, json } = pair(shared);
  expect(json.network.output).toMatchObject({
    vpc_id: { value: 'vpc-7' },
    subnet_ids: { value: ['subnet-7'] },
  });
  expect(json.data.data.terraform_remote_state.network).toMatchObject({
    backend: 's3',
    config: { bucket: 'state', key: 'dev/network.tfstate', region: 'eu-west-1' },
  });
  expect(json.data.output.seen.value).toEqual({
    vpc: '${data.terraform_remote_state.network.outputs.vpc_id}',
    subnets: '${data.terraform_remote_state.network.outputs.subnet_ids}',
  });
  expect(data.dependsOn(network)).toBe(true);
});

test('the native lock is the backend’s and stays out of the remote state’s configuration', () => {
  const { json } = pair(shared);
  expect(json.network.terraform.backend.s3.use_lockfile).toBe(true);
  expect(json.data.data.terraform_remote_state.network.config).not.toHaveProperty('use_lockfile');
});

test('local states lie beside the project, not at a path of the machine', () => {
  const { json } = pair({ kind: 'local' });
  expect(json.network.terraform.backend.local.path).toBe('../../../.state/dev-network.tfstate');
  expect(json.data.data.terraform_remote_state.network.config.path).toBe(
    '../../../.state/dev-network.tfstate',
  );
});

test('another stack’s contract can’t be read by mistake', () => {
  const { data, network } = pair(shared);
  expect(() => contract.consume(network, data)).toThrow(
    "the contract of network can't be read from dev-data",
  );
});

test('what is not in the contract does not compile', () => {
  const stack = new HoldfastStack(new App(), {
    environment: 'dev',
    component: 'network',
    state: shared,
    tags: {},
  });
  // @ts-expect-error subnet_ids is missing
  contract.publish(stack, { vpc_id: 'vpc-1' });
  expect(contract.examples()).toEqual({ vpc_id: 'vpc-1', subnet_ids: ['subnet-1', 'subnet-2'] });
});
