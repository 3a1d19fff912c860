import { active, standby } from '../../support/recovery';
import { type Json, list, type PolicyStatement, statements } from '../aws-fixture';

const before = standby();
const after = active();
const blocks = (stack: Json, type: string): Json[] => Object.values(stack.resource?.[type] ?? {});
const named = (stack: Json, type: string, name: string): Json =>
  blocks(stack, type).find((block) => block.name === name);
const region = 'eu-central-1';

test('every state of it lies in its own region, and reads none of the other', () => {
  for (const [name, stack] of Object.entries<Json>(after)) {
    if (!name.startsWith('second-')) continue;
    const bucket = `holdfast-state-123456789012-${region}`;
    expect(stack.terraform.backend.s3).toMatchObject({ bucket, region });
    for (const { config } of Object.values<Json>(stack.data?.terraform_remote_state ?? {})) {
      expect(config).toMatchObject({ bucket, region });
    }
  }
  expect(after['first-data'].terraform.backend.s3.region).toBe('eu-west-1');
});

describe('bootstrap', () => {
  const bootstrap = before['bootstrap-tests'];

  test('makes there what is needed to leave the other region', () => {
    const there = (type: string) =>
      blocks(bootstrap, type).filter(({ provider }) => provider === `aws.${region}`);
    expect(there('aws_s3_bucket').map(({ bucket }) => bucket)).toEqual([
      `holdfast-requests-123456789012-${region}`,
      `holdfast-state-123456789012-${region}`,
    ]);
    expect(there('aws_ecr_repository')).toMatchObject([
      {
        name: 'holdfast',
        image_tag_mutability: 'IMMUTABLE',
        encryption_configuration: [{ encryption_type: 'KMS' }],
      },
    ]);
    expect(there('aws_ebs_encryption_by_default')).toMatchObject([{ enabled: true }]);
    expect(there('aws_ec2_instance_metadata_defaults')).toMatchObject([{ http_tokens: 'required' }]);
    expect(there('aws_guardduty_detector')).toMatchObject([{ enable: true }]);
  });

  test('makes all of it there, and nothing else', () => {
    for (const [type, all] of Object.entries<Json>(bootstrap.resource)) {
      for (const [id, { provider }] of Object.entries<Json>(all)) {
        expect([type, id, provider]).toEqual([
          type,
          id,
          id.startsWith(`${region}_`) ? `aws.${region}` : undefined,
        ]);
      }
    }
  });

  test('copies images into the repository that is there', () => {
    const [replication] = blocks(bootstrap, 'aws_ecr_replication_configuration');
    expect(replication.replication_configuration.rule).toEqual([
      {
        destination: [{ region, registry_id: '123456789012' }],
        repository_filter: [{ filter: 'holdfast', filter_type: 'PREFIX_MATCH' }],
      },
    ]);
    expect(replication.depends_on).toEqual([expect.stringContaining(`aws_ecr_repository.${region}_images`)]);
  });

  const policy = (environment: string): PolicyStatement[] =>
    statements(named(bootstrap, 'aws_iam_policy', `github-holdfast-${environment}`).policy);
  const sid = (environment: string, name: string) => policy(environment).find(({ Sid }) => Sid === name);

  test('lets each environment’s workflow into its own state alone', () => {
    expect(sid('second', 'OwnState')?.Resource).toBe(
      `arn:aws:s3:::holdfast-state-123456789012-${region}/second/*`,
    );
    expect(sid('first', 'OwnState')?.Resource).toBe(
      'arn:aws:s3:::holdfast-state-123456789012-eu-west-1/first/*',
    );
    for (const environment of ['first', 'second']) {
      expect(list(sid(environment, 'AllBucketsButState')?.NotResource ?? []).sort()).toEqual(
        ['eu-central-1', 'eu-west-1'].flatMap((place) => [
          `arn:aws:s3:::holdfast-state-123456789012-${place}`,
          `arn:aws:s3:::holdfast-state-123456789012-${place}/*`,
        ]),
      );
    }
  });

  test('lets it read the secrets that it takes over, and change none', () => {
    const tag = 'aws:ResourceTag/environment';
    expect(sid('second', 'NoOtherSecret')?.Condition.StringNotEquals[tag]).toEqual(['second', 'first']);
    expect(sid('second', 'NoOtherEnvironment')?.Condition.StringNotEquals[tag]).toBe('second');
    expect(sid('second', 'NoOtherEnvironment')?.Action).toContain('secretsmanager:Put*');
    expect(sid('first', 'NoOtherSecret')).toBeUndefined();
    expect(sid('first', 'NoOtherEnvironment')?.Action).toContain('secretsmanager:GetSecretValue');
  });
});

test('it runs the images of its region’s registry, by the other’s digest', () => {
  const images = (stacks: Readonly<Record<string, Json>>, name: string): string[] =>
    blocks(stacks[name], 'kubernetes_deployment_v1').map(
      (block) => list<Json>(block.spec.template.spec.container)[0].image,
    );
  const [here, there] = [images(after, 'first-app'), images(after, 'second-app')];
  expect(there.length).toBeGreaterThan(0);
  expect(there).toEqual(here.map((image) => image.replace('.eu-west-1.', `.${region}.`)));
  const admitted = JSON.stringify(after['second-platform'].resource);
  expect(admitted).toContain(`123456789012.dkr.ecr.${region}.amazonaws.com`);
  expect(admitted).not.toContain('dkr.ecr.eu-west-1');
});

describe('secrets', () => {
  const secrets = (name: string) => blocks(after[name], 'aws_secretsmanager_secret');

  test('are copied by Secrets Manager, with a key of that region', () => {
    const copied = secrets('first-data').filter(({ replica }) => replica !== undefined);
    expect(copied.map(({ name }) => name).sort()).toEqual([
      'holdfast/first/alerting',
      'holdfast/first/database-owner',
      'holdfast/first/service',
    ]);
    for (const { replica, force_overwrite_replica_secret: overwrites } of copied) {
      expect(replica).toEqual([{ region, kms_key_id: expect.stringContaining('aws_kms_key.recovery-key_') }]);
      expect(overwrites).toBe(true);
    }
  });

  test('are not made a second time: what was signed and hashed must stay valid', () => {
    expect(
      secrets('second-data')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['holdfast/second/database-owner', 'holdfast/second/grafana']);
    expect(after['second-data'].output.service_secret_name.value).toBe('holdfast/first/service');
    expect(after['second-data'].output.alerting_secret_name.value).toBe('holdfast/first/alerting');
    const rotated = blocks(after['second-data'], 'aws_secretsmanager_secret_rotation');
    expect(rotated).toHaveLength(1);
  });

  test('can be read by the cluster there, with the key that the other made there', () => {
    expect(blocks(after['first-data'], 'aws_kms_alias').map(({ name }) => name)).toContain(
      'alias/holdfast-first-recovery',
    );
    const read = statements(named(after['second-data'], 'aws_iam_role_policy', 'copies').policy);
    expect(read).toMatchObject([
      { Resource: `arn:aws:secretsmanager:${region}:123456789012:secret:holdfast/first/*` },
      {
        Action: 'kms:Decrypt',
        Resource: `arn:aws:kms:${region}:123456789012:key/*`,
        Condition: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
          'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/holdfast-first-recovery' },
        },
      },
    ]);
  });
});

describe('Velero’s bucket', () => {
  const name = `holdfast-first-cluster-123456789012-${region}`;

  test('is copied there, with its lock', () => {
    const backup = after['first-backup'];
    const copy = blocks(backup, 'aws_s3_bucket').find(({ bucket }) => bucket === name);
    expect(copy).toMatchObject({ provider: 'aws.recovery', object_lock_enabled: true });
    const [replication] = blocks(backup, 'aws_s3_bucket_replication_configuration');
    expect(replication.provider).toBeUndefined();
    expect(replication.rule).toMatchObject([
      {
        status: 'Enabled',
        destination: {
          encryption_configuration: {
            replica_kms_key_id: expect.stringContaining('aws_kms_key.recovery-key_'),
          },
        },
        source_selection_criteria: { sse_kms_encrypted_objects: { status: 'Enabled' } },
      },
    ]);
  });

  test('is a place that Velero there reads from, and writes nothing to', () => {
    const backup = after['second-backup'];
    const release = blocks(backup, 'helm_release').find((block) => block.name === 'velero');
    const [values] = list<string>(release.values);
    const locations = JSON.parse(values?.replaceAll(/\$\{[^}]*\}/g, '"…"') ?? '').configuration
      .backupStorageLocation;
    expect(locations).toContainEqual({
      name: 'copies',
      provider: 'aws',
      bucket: name,
      default: false,
      accessMode: 'ReadOnly',
      config: { region },
    });
    const role = blocks(backup, 'aws_iam_role_policy')
      .flatMap(({ policy }) => statements(policy))
      .filter(({ Resource }) => list(Resource).some((arn) => arn.startsWith(`arn:aws:s3:::${name}`)));
    expect(role.flatMap(({ Action }) => list(Action ?? []))).toEqual(['s3:ListBucket', 's3:GetObject']);
  });
});
