import { resourcesOf, type StackJson } from './stack-json';

interface Override {
  readonly target: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * What one resource or data source answers in `terraform test`, where mocked values of its type are not enough: because
 * the stack itself checks them, or counts them.
 */
export function overrides(stack: StackJson): {
  readonly override_resource?: Override[];
  readonly override_data: Override[];
} {
  const certificates = resourcesOf(stack)
    .filter(({ address }) => address.startsWith('aws_acm_certificate.'))
    .map(({ address, values }) => ({ target: address, values: validatable(values) }));
  return {
    ...(certificates.length > 0 ? { override_resource: certificates } : {}),
    override_data: existingVpc(stack),
  };
}

/** AWS asks for one record per name of a certificate. */
const validatable = (certificate: Readonly<Record<string, unknown>>) => ({
  arn: 'arn:aws:acm:eu-west-1:123456789012:certificate/mocked',
  domain_validation_options: [
    certificate.domain_name,
    ...((certificate.subject_alternative_names ?? []) as string[]),
  ].map((name) => ({
    domain_name: name,
    resource_record_name: `_mocked.${name}.`,
    resource_record_type: 'CNAME',
    resource_record_value: '_mocked.acm-validations.aws.',
  })),
});

/** A VPC as the stack expects it: its ranges, and each kind of subnet in a zone after the other. */
function existingVpc(stack: StackJson): Override[] {
  const data = resourcesOf(stack).filter(({ mode }) => mode === 'data');
  const vpc = data.find(({ type }) => type === 'aws_vpc');
  if (!vpc) return [];
  const ranges = [...JSON.stringify(vpc.values.lifecycle).matchAll(/cidr_block\), \\"([\d./]+)\\"/g)].map(
    (match) => match[1],
  );
  const cidr = stack.output?.vpc_cidr?.value as string;
  const kind = (name: string) => name.replace(/-subnet-.*/, '');
  const subnets = data.filter(({ type }) => type === 'aws_subnet');
  return [
    {
      target: vpc.address,
      values: {
        enable_dns_support: true,
        enable_dns_hostnames: true,
        cidr_block_associations: ranges.map((range) => ({
          association_id: 'mocked',
          cidr_block: range,
          state: 'associated',
        })),
      },
    },
    ...subnets.map(({ address, name }) => {
      const place = subnets
        .filter((other) => kind(other.name) === kind(name))
        .findIndex((other) => other.name === name);
      return {
        target: address,
        values: {
          vpc_id: vpc.values.id,
          cidr_block: `${cidr.split('/')[0]}/24`,
          availability_zone: `eu-west-1${'abcdef'[place]}`,
          available_ip_address_count: 251,
        },
      };
    }),
  ];
}
