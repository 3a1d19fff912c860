import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy';
import { Wafv2WebAcl, type Wafv2WebAclRule } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration';
import { Construct } from 'constructs';
import { Alarm } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';
import { EncryptionKey } from '../encryption/key';
import { arnIn, logGroupArn, type Place } from '../identity/place';
import { resourcePolicy } from '../identity/policy';
import { LogGroup } from '../storage/log-group';
import { type GroupMode, largeBodyRule, managedGroups, type RuleGroup, rateRule } from './web-firewall-rules';

export interface WebFirewallProps extends Place {
  /** Unique in account and region. Changing it replaces the web ACL. */
  readonly name: string;
  readonly groups: Readonly<Record<RuleGroup, GroupMode>>;
  /** From one address, to all routes together. */
  readonly requestsPerFiveMinutes: number;
  /** Paths whose requests may have bodies of more than 8 KiB; the service itself says how much more. */
  readonly largeBodyPaths: readonly [string, ...string[]];
  /** Days; one of the numbers that CloudWatch knows. */
  readonly logRetentionDays: number;
  readonly alarms: AlarmTopic;
}

/** Refused requests in five minutes above which somebody looks: an attack, or a rule that refuses clients. */
const manyRefused = 1_000;

/** Headers that let their bearer in. */
const redacted = ['authorization', 'cookie', 'x-api-key'];

/**
 * The web application firewall of an environment's load balancers: AWS's rule groups, and a limit to what one address
 * sends. What it refuses or counts is logged, without credentials.
 */
export class WebFirewall extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id);
    const rules = [
      rateRule(props.requestsPerFiveMinutes),
      ...managedGroups(props.groups),
      ...(props.groups.common === 'off' ? [] : [largeBodyRule(props.groups.common, props.largeBodyPaths)]),
    ];
    const acl = new Wafv2WebAcl(this, 'acl', {
      name: props.name,
      description: `Requests to ${props.name}`,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rule: rules.map((rule, index): Wafv2WebAclRule => ({ ...rule, priority: 10 * (index + 1) })),
      visibilityConfig: {
        cloudwatchMetricsEnabled: true,
        metricName: props.name,
        sampledRequestsEnabled: false,
      },
      tags: { Name: props.name },
    });
    this.arn = acl.arn;
    this.log(acl, props);
    new Alarm(this, 'refusing', {
      name: props.name,
      namespace: 'AWS/WAFV2',
      dimensions: { WebACL: props.name, Region: props.region, Rule: 'ALL' },
      topic: props.alarms,
      after: [acl],
      rule: {
        id: 'firewall-refusing',
        metric: 'BlockedRequests',
        statistic: 'Sum',
        threshold: { above: manyRefused },
        unit: 'requests in 5 minutes',
        minutes: 10,
        silence: 'not-breaching',
        meaning:
          'The web application firewall refuses many requests: an attack, or a rule that refuses clients.',
        runbook: 'firewall-refusing',
      },
    });
  }

  private log(acl: Wafv2WebAcl, props: WebFirewallProps): void {
    // WAF writes to no group that is called otherwise.
    const groupName = `aws-waf-logs-${props.name}`;
    const key = new EncryptionKey(this, 'key', {
      accountId: props.accountId,
      region: props.region,
      alias: `${props.name}-firewall`,
      description: `Logs of the web application firewall of ${props.name}`,
      logGroups: [groupName],
    });
    const { group } = new LogGroup(this, 'logs', {
      name: groupName,
      retentionDays: props.logRetentionDays,
      key,
    });
    // WAF would write one for all groups of the account by itself, and keep it when this goes.
    const policy = new CloudwatchLogResourcePolicy(this, 'delivery', {
      policyName: groupName,
      policyDocument: resourcePolicy([
        {
          sid: 'DeliverLogs',
          principals: { service: 'delivery.logs.amazonaws.com' },
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: logGroupArn(props, `${groupName}:log-stream:*`),
          conditions: {
            StringEquals: { 'aws:SourceAccount': props.accountId },
            ArnLike: { 'aws:SourceArn': arnIn(props, 'logs', '*') },
          },
        },
      ]),
    });
    new Wafv2WebAclLoggingConfiguration(this, 'logging', {
      resourceArn: acl.arn,
      logDestinationConfigs: [group.arn],
      redactedFields: redacted.map((name) => ({ singleHeader: { name } })),
      // What passed is in the service's own log.
      loggingFilter: {
        defaultBehavior: 'DROP',
        filter: [
          {
            behavior: 'KEEP',
            requirement: 'MEETS_ANY',
            condition: [
              { actionCondition: { action: 'BLOCK' } },
              { actionCondition: { action: 'COUNT' } },
              // What a group would have refused, were it not counting.
              { actionCondition: { action: 'EXCLUDED_AS_COUNT' } },
            ],
          },
        ],
      },
      dependsOn: [policy],
    });
  }
}
