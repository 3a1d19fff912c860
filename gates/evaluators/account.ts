import { each, found, is, missing, says, some } from '../engine/judge';
import type { Evaluators } from '../engine/model';

const deploy = 'Deploy bootstrap; the account’s `security` in environments/accounts.ts decides.';

export const account = {
  'guardduty-on': {
    title: 'GuardDuty watches the account',
    severity: 'high',
    why: 'Stolen credentials and strange traffic would go unseen.',
    remedy: deploy,
    judge: some(
      'aws_guardduty_detector',
      ({ values }) => is(values.enable !== false, 'enable', values.enable),
      'guardDuty',
    ),
  },
  'guardduty-features': {
    title: 'GuardDuty reads what the platform is made of',
    severity: 'medium',
    why: 'Clusters, databases and buckets would be watched from outside only.',
    remedy: deploy,
    judge: each('aws_guardduty_detector', (detector, environment) => {
      const on = environment
        .all('aws_guardduty_detector_feature')
        .filter(({ values, stack }) => stack === detector.stack && values.status === 'ENABLED')
        .map(({ values }) => values.name);
      const lacking = [
        'EKS_AUDIT_LOGS',
        'S3_DATA_EVENTS',
        'RDS_LOGIN_EVENTS',
        'EBS_MALWARE_PROTECTION',
      ].filter((name) => !on.includes(name));
      return says(lacking.length === 0, lacking.length === 0 ? on.join(', ') : `off: ${lacking.join(', ')}`);
    }),
  },
  'security-hub-on': {
    title: 'Security Hub checks the account',
    severity: 'medium',
    why: 'Nobody would see what changes beside the program.',
    remedy: deploy,
    judge: some('aws_securityhub_account', () => says(true, 'on'), 'securityHub'),
  },
  'security-hub-standards': {
    title: 'Security Hub checks against two standards at least',
    severity: 'low',
    why: 'Without a standard it only collects.',
    remedy: deploy,
    judge: each('aws_securityhub_account', ({ stack }, environment) => {
      const standards = environment
        .all('aws_securityhub_standards_subscription')
        .filter((one) => one.stack === stack).length;
      return is(standards >= 2, 'standards', standards);
    }),
  },
  'inspector-on': {
    title: 'Inspector looks for known holes in images',
    severity: 'medium',
    why: 'A hole that is found after the build would stay.',
    remedy: deploy,
    judge: some(
      'aws_inspector2_enabler',
      ({ values }) =>
        is(values.resource_types.includes('ECR'), 'resource_types', values.resource_types.join(', ')),
      'inspector',
    ),
  },
  'access-analyzer-on': {
    title: 'Access Analyzer finds what is open to other accounts',
    severity: 'medium',
    why: 'What is shared by mistake would be found by others first.',
    remedy: deploy,
    judge: some(
      'aws_accessanalyzer_analyzer',
      ({ values }) => is(/ACCOUNT|ORGANIZATION/.test(values.type ?? 'ACCOUNT'), 'type', values.type),
      'accessAnalyzer',
    ),
  },
  'findings-reach-people': {
    title: 'Serious findings of GuardDuty reach people',
    severity: 'high',
    why: 'A finding that nobody reads changes nothing.',
    remedy: 'constructs/account/security sends them to alertEmails.',
    judge: each('aws_guardduty_detector', ({ stack }, environment) => {
      const told = environment
        .all('aws_cloudwatch_event_rule')
        .filter((rule) => rule.stack === stack && rule.values.event_pattern?.includes('aws.guardduty'))
        .flatMap((rule) => environment.of(rule, 'aws_cloudwatch_event_target', 'rule'))
        .flatMap((target) => environment.follow(target, target.values.arn))
        .flatMap((topic) => environment.of(topic, 'aws_sns_topic_subscription', 'topic_arn')).length;
      return is(told > 0, 'subscribers', told);
    }),
  },
  'config-records-all': {
    title: 'AWS Config records every kind of resource',
    severity: 'medium',
    why: 'Nobody could say how something was yesterday.',
    remedy: deploy,
    judge: some(
      'aws_config_configuration_recorder',
      ({ values }) => {
        const group = values.recording_group;
        return says(
          group?.all_supported === true && group.include_global_resource_types === true,
          `all_supported = ${group?.all_supported}, global = ${group?.include_global_resource_types}`,
        );
      },
      'config',
    ),
  },
  'config-recording': {
    title: 'AWS Config is recording',
    severity: 'medium',
    why: 'A recorder that is off records nothing, and looks the same.',
    remedy: deploy,
    judge: some(
      'aws_config_configuration_recorder_status',
      ({ values }) => is(values.is_enabled === true, 'is_enabled', values.is_enabled),
      'config',
    ),
  },
  'config-encrypted': {
    title: 'AWS Config’s history is encrypted with a key of ours',
    severity: 'low',
    why: 'It says how everything is made.',
    remedy: deploy,
    judge: each('aws_config_delivery_channel', ({ values }) =>
      says(values.s3_kms_key_arn !== undefined, values.s3_kms_key_arn ? 'key of ours' : 'key of AWS'),
    ),
  },
  'metadata-defaults': {
    title: 'New machines want tokens for their metadata',
    severity: 'high',
    why: 'A machine that somebody makes by hand would hand its role to any request that passes through it.',
    remedy: 'constructs/account/defaults.ts sets it: deploy bootstrap.',
    judge: some('aws_ec2_instance_metadata_defaults', ({ values }) =>
      is(values.http_tokens === 'required', 'http_tokens', values.http_tokens),
    ),
  },
  'budget-warns': {
    title: 'A budget warns of its limit and of the forecast',
    severity: 'low',
    why: 'A fault that costs money would be seen on the bill.',
    remedy: 'monthlyBudgetUsd and alertEmails of the account.',
    judge: some('aws_budgets_budget', ({ values }) => {
      const told = values.notification.filter(
        ({ subscriber_email_addresses, subscriber_sns_topic_arns }) =>
          subscriber_email_addresses.length + subscriber_sns_topic_arns.length > 0,
      );
      const types = new Set(told.map(({ notification_type }) => notification_type));
      return is(
        types.has('ACTUAL') && types.has('FORECASTED'),
        'notifications',
        [...types].join(', ') || undefined,
      );
    }),
  },
  'cost-anomalies-reported': {
    title: 'Costs that nobody expected are reported',
    severity: 'low',
    why: 'Stolen credentials are mostly used to compute at our expense.',
    remedy: 'costAnomalies.monitor of the account: "managed".',
    judge: (environment) => {
      const monitors = environment.all('aws_ce_anomaly_monitor');
      if (monitors.length === 0) return missing(environment, 'aws_ce_anomaly_monitor', 'costAnomalies');
      const subscriptions = environment
        .all('aws_ce_anomaly_subscription')
        .filter(({ values }) => values.subscriber.length > 0).length;
      return monitors.map((monitor) => found(monitor, is(subscriptions > 0, 'subscriptions', subscriptions)));
    },
  },
  'tags-complete': {
    title: 'Everything carries owner, cost centre and classification',
    severity: 'low',
    why: 'Nobody could say whose it is, or what it may hold.',
    remedy: 'tags of the environment: constructs/core/stack.ts sets them on the provider.',
    judge: (environment) => {
      const wanted = ['owner', 'cost-centre', 'environment', 'data-classification', 'service'];
      const findings = environment.stacks.flatMap((stack) =>
        (stack.providers.aws ?? []).map((provider, index) => {
          const [tags] =
            (provider.default_tags as readonly { tags?: Record<string, unknown> }[] | undefined) ?? [];
          const lacking = wanted.filter((tag) => !tags?.tags?.[tag]);
          return found(
            { stack: stack.name, address: `provider.aws[${index}]` },
            says(lacking.length === 0, lacking.length === 0 ? 'all are set' : `lacks ${lacking.join(', ')}`),
          );
        }),
      );
      return findings.length > 0 ? findings : { notApplicable: `${environment.name} is not on AWS` };
    },
  },
  'accounts-pinned': {
    title: 'Stacks refuse to be applied to another account',
    severity: 'medium',
    why: 'Wrong credentials in a shell would make a second production in development.',
    remedy: 'constructs/core/stack.ts sets allowed_account_ids.',
    judge: (environment) => {
      const findings = environment.stacks.flatMap((stack) =>
        (stack.providers.aws ?? []).map((provider, index) => {
          const count = Array.isArray(provider.allowed_account_ids) ? provider.allowed_account_ids.length : 0;
          return found(
            { stack: stack.name, address: `provider.aws[${index}]` },
            is(count === 1, 'allowed accounts', count),
          );
        }),
      );
      return findings.length > 0 ? findings : { notApplicable: `${environment.name} is not on AWS` };
    },
  },
  'providers-pinned': {
    title: 'Providers are pinned to a version',
    severity: 'medium',
    why: 'The same program would make something else tomorrow.',
    remedy: 'required_providers: a version without >, ~ or *.',
    judge: (environment) =>
      environment.stacks.flatMap((stack) =>
        Object.entries(stack.providerVersions).map(([name, version]) =>
          found(
            { stack: stack.name, address: `required_providers.${name}` },
            is(/^\d+\.\d+\.\d+$/.test(version), 'version', version || undefined),
          ),
        ),
      ),
  },
  'state-locked': {
    title: 'States of environments are shared and locked',
    severity: 'high',
    why: 'Two applies at once would lose track of what is there.',
    remedy: 'constructs/core/stack.ts sets the s3 backend with use_lockfile.',
    judge: (environment) => {
      if (!environment.onAws) return { notApplicable: `${environment.name} is not on AWS` };
      return environment.stacks
        .filter(({ component }) => component !== 'bootstrap')
        .map((stack) => {
          const s3 = stack.backend.s3 as { use_lockfile?: unknown } | undefined;
          return found(
            { stack: stack.name, address: 'backend.s3' },
            is(s3?.use_lockfile === true, 'use_lockfile', s3?.use_lockfile),
          );
        });
    },
  },
} satisfies Evaluators;
