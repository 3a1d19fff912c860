import { terraformTest } from '../../tools/lib/terraform-test';

test('every provider of a stack is mocked, aliased ones too, or Terraform would ask AWS', () => {
  const generated = terraformTest({
    provider: { aws: [{ region: 'eu-west-1' }, { region: 'eu-central-1', alias: 'recovery' }], helm: [{}] },
    resource: {
      aws_kms_key: { here: {}, there: { provider: 'aws.recovery' } },
      aws_db_instance: { main: { kms_key_id: '${aws_kms_key.here.arn}' } },
    },
  });
  const mocked = { mock_resource: { aws_kms_key: { defaults: { arn: expect.any(String) } } } };
  expect(generated).toMatchObject({
    mock_provider: { aws: [mocked, { ...mocked, alias: 'recovery' }], helm: [{}] },
  });
  expect(generated).not.toHaveProperty('mock_provider.aws.0.alias');
});
