import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts } from '../../stacks/contracts';
import { readStack, resourcesOf, type StackJson } from './stack-json';
import { overrides } from './terraform-overrides';

/**
 * Writes a `terraform test` beside a stack's cdk.tf.json: plan and apply with mocked providers, offline and without
 * credentials. What the stack reads from other stacks comes from their contracts, so that a consumer that asks for
 * something its producer no longer hands over fails.
 */
export function writeTerraformTest(outdir: string, stack: string): void {
  const file = join(outdir, 'stacks', stack, 'holdfast.tftest.json');
  writeFileSync(file, JSON.stringify(terraformTest(readStack(outdir, stack)), null, 2));
}

export function terraformTest(stack: StackJson): object {
  const single = overrides(stack);
  return {
    mock_provider: Object.fromEntries(
      Object.entries(stack.provider ?? {}).map(([name, configured]) => [
        name,
        // One for each alias, or Terraform would ask the real provider.
        configured.map(({ alias }) => ({ ...mocks(stack, name), ...(alias ? { alias } : {}) })),
      ]),
    ),
    override_resource: single.override_resource,
    override_data: [
      ...Object.keys(stack.data?.terraform_remote_state ?? {}).map((component) => ({
        target: `data.terraform_remote_state.${component}`,
        values: { outputs: contracts[component as keyof typeof contracts].examples() },
      })),
      ...single.override_data,
    ],
    run: { plan: { command: 'plan' }, apply: { command: 'apply' } },
  };
}

/** Mocked values are random text, which providers refuse where a shape is checked: these stand in for them. */
const shaped: Record<string, Record<string, unknown>> = {
  aws_vpc: { cidr_block: '10.0.0.0/16' },
  aws_eks_cluster: {
    certificate_authority: [{ data: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==' }],
    vpc_config: { cluster_security_group_id: 'sg-0123456789abcdef0' },
  },
  aws_db_instance: {
    master_user_secret: [
      { secret_arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-0123', kms_key_id: 'key' },
    ],
  },
};

function mocks(stack: StackJson, provider: string): object {
  const arns = referencedArns(stack);
  const types = new Map<string, { block: string; defaults: Record<string, unknown> }>();
  for (const { mode, type } of resourcesOf(stack)) {
    if (!type.startsWith(`${provider}_`)) continue;
    const defaults = { ...shaped[type] };
    for (const attribute of arns.get(type) ?? []) {
      defaults[attribute] = `arn:aws:iam::123456789012:role/mocked-${type.replaceAll('_', '-')}`;
    }
    if (Object.keys(defaults).length > 0) {
      types.set(type, { block: mode === 'data' ? 'mock_data' : 'mock_resource', defaults });
    }
  }
  const blocks = (block: string) =>
    Object.fromEntries(
      [...types]
        .filter(([, type]) => type.block === block)
        .map(([name, { defaults }]) => [name, { defaults }]),
    );
  const present = Object.entries({ mock_resource: blocks('mock_resource'), mock_data: blocks('mock_data') });
  // A block without a label is an error, not an empty block.
  return Object.fromEntries(present.filter(([, byType]) => Object.keys(byType).length > 0));
}

/** Attributes called `arn` or `…_arn` that expressions read, by resource type. */
function referencedArns(stack: StackJson): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, type = '', attribute = ''] of JSON.stringify({ ...stack, '//': undefined }).matchAll(
    /\b(aws_[a-z0-9_]+)\.[\w-]+\.((?:[a-z_]+_)?arn)\b/g,
  )) {
    found.set(type, (found.get(type) ?? new Set()).add(attribute));
  }
  return found;
}
