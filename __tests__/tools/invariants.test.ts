import { brokenInvariants } from '../../tools/lib/invariants';
import type { StackJson } from '../../tools/lib/stack-json';

const sound: StackJson = {
  data: { terraform_remote_state: { network: { backend: 's3' } } },
  resource: {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: {
      a: {
        vpc_id: '${aws_vpc.main.id}',
        tags: { Name: 'aws_subnet.words in prose', escaped: '$${aws_vpc.no_reference.id}' },
        policy: '{"x":${jsonencode("arn:${aws_vpc.main.arn}/aws_vpc.in_a_string.id")}}',
        depends_on: ['aws_vpc.main', 'data.terraform_remote_state.network'],
      },
    },
  },
  output: { vpc: { value: '${data.terraform_remote_state.network.outputs.vpc_id}' } },
};
const withSubnet = (attributes: Record<string, unknown>): StackJson => ({
  ...sound,
  resource: { ...sound.resource, aws_subnet: { a: attributes } },
});

test('a sound stack breaks none', () => {
  expect(brokenInvariants(sound, 3)).toEqual([]);
});

test.each([
  [{ vpc_id: '${aws_vpc.gone.id}' }, 'resource.aws_subnet.a.vpc_id refers to aws_vpc.gone'],
  [{ depends_on: ['aws_vpc.gone'] }, 'resource.aws_subnet.a.depends_on[0] refers to aws_vpc.gone'],
  [{ p: '${jsonencode("x${aws_vpc.gone.arn}")}' }, 'refers to aws_vpc.gone'],
  [
    { vpc_id: '${data.terraform_remote_state.cluster.outputs.x}' },
    'refers to data.terraform_remote_state.cluster',
  ],
  [{ name: 'x-${TfToken[TOKEN.7]}' }, 'resource.aws_subnet.a.name holds "x-${TfToken[TOKEN.7]}"'],
  [{ name: 'holdfast-undefined-a' }, 'resource.aws_subnet.a.name holds "holdfast-undefined-a"'],
  [{ name: '[object Object]' }, 'resource.aws_subnet.a.name holds'],
  [{ path: `${process.cwd()}/chart` }, 'resource.aws_subnet.a.path holds a path of this machine'],
])('%j is found', (attributes, problem) => {
  expect(brokenInvariants(withSubnet(attributes))).toEqual([expect.stringContaining(problem)]);
});

test('a resource that vanished because two construct ids collapsed into one is found', () => {
  expect(brokenInvariants(sound, 4)).toEqual([
    '4 resources and data sources were constructed, 3 were written',
  ]);
});
