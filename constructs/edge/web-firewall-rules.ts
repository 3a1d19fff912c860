import type { Wafv2WebAclRule } from '@cdktf/provider-aws/lib/wafv2-web-acl';

/** block: refuses. count: only reports. off: not there. */
export type GroupMode = 'block' | 'count' | 'off';

/** A rule without its place in the order. */
type Rule = Omit<Wafv2WebAclRule, 'priority'>;

/** AWS's groups, in the order in which they are asked, the cheapest and surest first. Capacity: 1,125 of 5,000 units. */
const groups = {
  ipReputation: 'AWSManagedRulesAmazonIpReputationList',
  knownBadInputs: 'AWSManagedRulesKnownBadInputsRuleSet',
  common: 'AWSManagedRulesCommonRuleSet',
  sqlInjection: 'AWSManagedRulesSQLiRuleSet',
} as const;
export type RuleGroup = keyof typeof groups;

const visibility = (name: string) => ({
  cloudwatchMetricsEnabled: true,
  metricName: name,
  // Samples would show what logs redact.
  sampledRequestsEnabled: false,
});

/** One address may not keep the service busy alone. Counted over the last five minutes, so it holds within half a minute. */
export const rateRule = (limit: number): Rule => ({
  name: 'rate-per-address',
  action: { block: { customResponse: { responseCode: 429 } } },
  // The provider takes statements as Terraform writes them.
  statement: { rate_based_statement: { limit, aggregate_key_type: 'IP', evaluation_window_sec: 300 } },
  visibilityConfig: visibility('rate-per-address'),
});

export const managedGroups = (modes: Readonly<Record<RuleGroup, GroupMode>>): Rule[] =>
  (Object.keys(groups) as RuleGroup[])
    .filter((group) => modes[group] !== 'off')
    .map((group) => ({
      name: groups[group],
      overrideAction: modes[group] === 'block' ? { none: {} } : { count: {} },
      statement: {
        managed_rule_group_statement: {
          vendor_name: 'AWS',
          name: groups[group],
          rule_action_override:
            group === 'common'
              ? [{ name: 'SizeRestrictions_BODY', action_to_use: { count: {} } }]
              : undefined,
        },
      },
      visibilityConfig: visibility(groups[group]),
    }));

/** What SizeRestrictions_BODY puts on a request whose body is larger than 8 KiB. */
const largeBody = 'awswaf:managed:aws:core-rule-set:SizeRestrictions_Body';

/**
 * The common rules refuse every body of more than 8 KiB, and the collector takes batches of up to 1 MiB. So the group only
 * marks such requests, and this rule, behind it, refuses them where no route takes large bodies. WAF looks into the first
 * 8 KiB of a body behind a load balancer, whatever follows.
 */
export const largeBodyRule = (mode: 'block' | 'count', paths: readonly string[]): Rule => {
  const isPath = (path: string) => ({
    byte_match_statement: {
      search_string: path,
      field_to_match: { uri_path: {} },
      positional_constraint: 'EXACTLY',
      text_transformation: [{ priority: 0, type: 'NONE' }],
    },
  });
  return {
    name: 'large-body',
    action: mode === 'block' ? { block: { customResponse: { responseCode: 413 } } } : { count: {} },
    statement: {
      and_statement: {
        statement: [
          { label_match_statement: { scope: 'LABEL', key: largeBody } },
          ...paths.map((path) => ({ not_statement: { statement: [isPath(path)] } })),
        ],
      },
    },
    visibilityConfig: visibility('large-body'),
  };
};
