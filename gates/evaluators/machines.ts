import { each, is, says, some } from '../engine/judge';
import type { Evaluators } from '../engine/model';

const inCluster = 'constructs/cluster sets it: take out what overrides it.';
const inAccount = 'constructs/storage/image-repository.ts sets it: deploy bootstrap.';

export const machines = {
  'nodes-metadata-tokens': {
    title: 'Nodes want tokens for their metadata',
    severity: 'high',
    why: 'A pod that forwards requests would hand over the node’s role.',
    remedy: inCluster,
    judge: each('aws_launch_template', ({ values }) =>
      is(
        values.metadata_options?.http_tokens === 'required',
        'http_tokens',
        values.metadata_options?.http_tokens,
      ),
    ),
  },
  'nodes-metadata-hops': {
    title: 'Pods do not reach the metadata of their node',
    severity: 'high',
    why: 'Every pod could take the node’s role.',
    remedy: inCluster,
    judge: each('aws_launch_template', ({ values }) =>
      is(
        (values.metadata_options?.http_put_response_hop_limit ?? 2) <= 1,
        'http_put_response_hop_limit',
        values.metadata_options?.http_put_response_hop_limit,
      ),
    ),
  },
  'instances-metadata-tokens': {
    title: 'Machines want tokens for their metadata',
    severity: 'high',
    why: 'A request that passes through them would hand over their role.',
    remedy: 'constructs/access sets metadata_options.',
    judge: each('aws_instance', ({ values }) =>
      is(
        values.metadata_options?.http_tokens === 'required',
        'http_tokens',
        values.metadata_options?.http_tokens,
      ),
    ),
  },
  'instances-not-public': {
    title: 'Machines have no public address',
    severity: 'high',
    why: 'They are reached through Systems Manager.',
    remedy: 'associate_public_ip_address: false.',
    judge: each('aws_instance', ({ values }) =>
      is(
        values.associate_public_ip_address !== true,
        'associate_public_ip_address',
        values.associate_public_ip_address,
      ),
    ),
  },
  'functions-runtime-supported': {
    title: 'Functions run on a runtime that is maintained',
    severity: 'medium',
    why: 'Holes of an old runtime are not closed any more.',
    remedy: 'constructs/core/function-code.ts names the runtime.',
    judge: each('aws_lambda_function', ({ values }) => {
      const node = Number(values.runtime?.match(/^nodejs(\d+)\.x$/)?.[1]);
      return is(node >= 22, 'runtime', values.runtime);
    }),
  },
  'images-scanned': {
    title: 'Images are scanned when they are pushed',
    severity: 'high',
    why: 'Known holes would reach production.',
    remedy: inAccount,
    judge: some('aws_ecr_repository', ({ values }) =>
      is(
        values.image_scanning_configuration?.scan_on_push === true,
        'scan_on_push',
        values.image_scanning_configuration?.scan_on_push,
      ),
    ),
  },
  'images-immutable': {
    title: 'A tag of an image never means another one',
    severity: 'medium',
    why: 'What was tested would not be what runs.',
    remedy: inAccount,
    judge: each('aws_ecr_repository', ({ values }) =>
      is(values.image_tag_mutability === 'IMMUTABLE', 'image_tag_mutability', values.image_tag_mutability),
    ),
  },
  'images-expire': {
    title: 'Old images are deleted',
    severity: 'low',
    why: 'Old holes stay at hand, and are paid for.',
    remedy: 'retention.imagesKept of the account.',
    judge: each('aws_ecr_repository', (repository, environment) => {
      const rules = environment.of(repository, 'aws_ecr_lifecycle_policy', 'repository').length;
      return is(rules > 0, 'lifecycle policies', rules);
    }),
  },
  'charts-pinned': {
    title: 'Charts are pinned to a version',
    severity: 'medium',
    why: 'A deployment would bring what nobody tried.',
    remedy: 'constructs/platform/charts.ts has the versions.',
    judge: each('helm_release', ({ values }) => {
      // A chart of this repository has its content's hash in its path.
      if (values.chart?.startsWith('./')) return undefined;
      return is(/^v?\d+\.\d+\.\d+/.test(values.version ?? ''), 'version', values.version);
    }),
  },
  'charts-without-secrets': {
    title: 'No secret stands in the values of a chart',
    severity: 'critical',
    why: 'Values lie in the state, in plans and in the cluster’s release records.',
    remedy: 'Let external-secrets bring it: constructs/secrets/empty-secret.ts.',
    judge: each('helm_release', ({ values }) => {
      const bad = values.values
        .flatMap((text) =>
          [
            ...text.matchAll(
              /"([\w-]*(?:[pP]assword|secretKey|apiKey|api_key|accessKey|privateKey))":"([^"${][^"$]{3,})"/g,
            ),
          ].map(([, key]) => key),
        )
        .filter((key) => !/Key(Ref|Name)$|^(secretKey|existing)/.test(key ?? ''));
      return says(
        bad.length === 0,
        bad.length === 0 ? 'no secret by name' : `values of ${[...new Set(bad)].join(', ')}`,
      );
    }),
  },
} satisfies Evaluators;
