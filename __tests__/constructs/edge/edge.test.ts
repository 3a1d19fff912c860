/** Certificate and web application firewall of an environment with a name. */
import type { AwsEnvironmentInput } from '../../../environments/schema';
import { account, bootstrap, delegated, type Json, list, network, statements } from '../aws-fixture';

const stack = network(delegated);
const withFirewall = (firewall: object) =>
  network({ ...delegated, domain: { ...delegated.domain, firewall } } as AwsEnvironmentInput);

test('without a delegated zone none of it is there, and the keys that others read are', () => {
  for (const domain of [undefined, { ...delegated.domain, delegated: false }]) {
    const without = network({ ...delegated, domain });
    const types = Object.keys(without.json.resource);
    expect(types.filter((type) => /acm|route53|wafv2|sns|alarm/.test(type))).toEqual([]);
    expect(without.json.data).toBeUndefined();
    for (const key of ['domain_name', 'zone_id', 'certificate_arn', 'web_acl_arn']) {
      expect([key, without.json.output[key].value]).toEqual([key, '']);
    }
  }
});

describe('the certificate', () => {
  test('holds for the name, the names below it and those beside it, and its successor comes first', () => {
    expect(stack.only('aws_acm_certificate')).toMatchObject({
      domain_name: 'app.example.com',
      subject_alternative_names: ['*.app.example.com', 'www.example.com'],
      validation_method: 'DNS',
      lifecycle: { create_before_destroy: true },
    });
  });

  test('has one record for each name that is validated, a wildcard’s being that of its parent', () => {
    const records: Json[] = Object.values(stack.all('aws_route53_record'));
    expect(records.map(({ name }) => /option\.domain_name == "(.*)"\]/.exec(name)?.[1]).sort()).toEqual([
      'app.example.com',
      'www.example.com',
    ]);
    for (const record of records) expect(record.zone_id).toMatch(/^\$\{data\.aws_route53_zone\./);
    expect(Object.values(stack.json.data.aws_route53_zone)).toMatchObject([
      { name: 'example.com', private_zone: false },
    ]);
    expect(stack.only('aws_acm_certificate_validation').validation_record_fqdns).toHaveLength(2);
  });

  test('is handed on when it is valid, not before, and the wait for that ends', () => {
    expect(stack.json.output.certificate_arn.value).toMatch(/^\$\{aws_acm_certificate_validation\./);
    expect(stack.only('aws_acm_certificate_validation').timeouts).toEqual({ create: '20m' });
  });
});

describe('the web application firewall', () => {
  const rules = (of = stack): Json[] => of.only('aws_wafv2_web_acl').rule;
  const named = (name: string, of = stack): Json => rules(of).find((rule) => rule.name === name);
  const managed = (of = stack) =>
    Object.fromEntries(
      rules(of)
        .filter((rule) => rule.override_action)
        .map((rule) => [rule.name.replace('AWSManagedRules', ''), Object.keys(rule.override_action)[0]]),
    );

  test('asks each group, which refuses, only counts, or isn’t there', () => {
    expect(managed()).toEqual({
      AmazonIpReputationList: 'none',
      KnownBadInputsRuleSet: 'none',
      CommonRuleSet: 'none',
      SQLiRuleSet: 'count',
    });
    expect(managed(withFirewall({ common: 'count', ipReputation: 'off' }))).toEqual({
      KnownBadInputsRuleSet: 'none',
      CommonRuleSet: 'count',
    });
  });

  test('asks every rule in an order of its own, and counts each', () => {
    const priorities = rules().map(({ priority }) => priority);
    expect(new Set(priorities).size).toBe(priorities.length);
    for (const rule of rules()) {
      expect(rule.visibility_config).toMatchObject({
        cloudwatch_metrics_enabled: true,
        metric_name: rule.name,
        sampled_requests_enabled: false,
      });
      // A group has an override, a rule of our own an action; AWS takes exactly one.
      expect([rule.name, Boolean(rule.action) !== Boolean(rule.override_action)]).toEqual([rule.name, true]);
    }
  });

  test('limits one address over five minutes', () => {
    const statement = (of = stack) => named('rate-per-address', of).statement.rate_based_statement;
    expect(statement()).toEqual({ limit: 10_000, aggregate_key_type: 'IP', evaluation_window_sec: 300 });
    expect(statement(withFirewall({ requestsPerFiveMinutes: 500 })).limit).toBe(500);
  });

  test('lets large bodies through to the route that takes them, and to no other', () => {
    const common = named('AWSManagedRulesCommonRuleSet');
    expect(common.statement.managed_rule_group_statement.rule_action_override).toEqual([
      { name: 'SizeRestrictions_BODY', action_to_use: { count: {} } },
    ]);
    const large = named('large-body');
    // Labels are there only behind the group that puts them on.
    expect(large.priority).toBeGreaterThan(common.priority);
    const [marked, ...exempt] = large.statement.and_statement.statement;
    expect(marked.label_match_statement.key).toBe('awswaf:managed:aws:core-rule-set:SizeRestrictions_Body');
    expect(
      exempt.map((one: Json) => one.not_statement.statement[0].byte_match_statement.search_string),
    ).toEqual(['/v1/events']);
    expect(large.action).toEqual({ block: { custom_response: { response_code: 413 } } });
    expect(named('large-body', withFirewall({ common: 'count' })).action).toEqual({ count: {} });
    expect(named('large-body', withFirewall({ common: 'off' }))).toBeUndefined();
  });

  test('logs what it refused or counted, without credentials, to a group of its own', () => {
    const logging = stack.only('aws_wafv2_web_acl_logging_configuration');
    const headers = logging.redacted_fields.map((field: Json) => field.single_header.name);
    expect(headers).toEqual(expect.arrayContaining(['authorization', 'cookie']));
    expect(logging.logging_filter.default_behavior).toBe('DROP');
    const kept = logging.logging_filter.filter[0];
    expect(kept.behavior).toBe('KEEP');
    expect(kept.condition.map((one: Json) => one.action_condition.action)).toEqual(
      expect.arrayContaining(['BLOCK', 'COUNT']),
    );
    const groups: Json[] = Object.values(stack.all('aws_cloudwatch_log_group'));
    const group = groups.find(({ name }) => name.startsWith('aws-waf-logs-'));
    expect(group).toMatchObject({ name: 'aws-waf-logs-holdfast-delegated', retention_in_days: 30 });
    const [statement] = statements(stack.only('aws_cloudwatch_log_resource_policy').policy_document);
    expect(statement).toMatchObject({
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Resource: 'arn:aws:logs:eu-west-1:123456789012:log-group:aws-waf-logs-holdfast-delegated:log-stream:*',
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    });
  });

  test('is reached by the controller that puts it before load balancers', () => {
    const services = (of: typeof stack) =>
      Object.values(of.all('aws_vpc_endpoint')).map((one: Json) => one.service_name);
    expect(services(stack)).toContain('com.amazonaws.eu-west-1.wafv2');
    expect(services(network({ ...delegated, domain: undefined }))).not.toContain(
      'com.amazonaws.eu-west-1.wafv2',
    );
  });
});

test('somebody is called for a certificate that wasn’t renewed, and for many refused requests', () => {
  const alarms: Json[] = Object.values(stack.all('aws_cloudwatch_metric_alarm'));
  expect(
    alarms.map((one) => [
      one.alarm_name,
      one.namespace,
      one.metric_name,
      one.threshold,
      one.treat_missing_data,
    ]),
  ).toEqual([
    ['holdfast-delegated-certificate-expiring', 'AWS/CertificateManager', 'DaysToExpiry', 30, 'ignore'],
    ['holdfast-delegated-firewall-refusing', 'AWS/WAFV2', 'BlockedRequests', 1_000, 'notBreaching'],
  ]);
  const [certificate, firewall] = alarms;
  expect(certificate?.comparison_operator).toBe('LessThanThreshold');
  expect(certificate?.dimensions.CertificateArn).toMatch(/^\$\{aws_acm_certificate\./);
  expect(firewall?.dimensions).toEqual({
    WebACL: 'holdfast-delegated',
    Region: 'eu-west-1',
    Rule: 'ALL',
  });
  const topic = expect.stringMatching(/^\$\{aws_sns_topic\./);
  for (const alarm of alarms) expect(alarm.alarm_actions).toEqual([topic]);
  expect(Object.values(stack.all('aws_sns_topic_subscription'))).toHaveLength(account.alertEmails.length);
});

describe('zones', () => {
  const zones = [
    { name: 'example.com', ownership: 'managed' as const },
    { name: 'corp.example.org', ownership: 'adopted' as const },
  ];
  const made = bootstrap({ zones });

  test('are made once per account, unless they are there, and are not destroyed', () => {
    expect(made.only('aws_route53_zone')).toMatchObject({
      name: 'example.com',
      lifecycle: { prevent_destroy: true },
    });
    expect(bootstrap().all('aws_route53_zone')).toEqual({});
  });

  test('say which name servers to delegate them to', () => {
    expect(Object.keys(made.json.output)).toEqual(['name_servers_example_com']);
    expect(made.json.output.name_servers_example_com.value).toMatch(/name_servers\}$/);
  });

  test('are readable for the role that plans, and not deletable for the roles that deploy', () => {
    const open = bootstrap({
      zones,
      github: {
        repository: 'acme/platform',
        provider: 'managed',
        sessionHours: 2,
        branch: 'main',
        clusterPlans: false,
      },
    });
    const all = [
      ...Object.values(open.all('aws_iam_policy')),
      ...Object.values(open.all('aws_iam_role_policy')),
    ].flatMap((one: Json) => statements(one.policy));
    const allowed = all.filter((one) => one.Effect === 'Allow').flatMap((one) => list(one.Action ?? []));
    expect(allowed).toEqual(
      expect.arrayContaining(['route53:Get*', 'acm:DescribeCertificate', 'wafv2:Get*']),
    );
    const denied = all.filter((one) => one.Effect === 'Deny').flatMap((one) => list(one.Action ?? []));
    expect(denied).toContain('route53:DeleteHostedZone');
  });
});
