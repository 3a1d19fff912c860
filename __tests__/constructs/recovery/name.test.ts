/** Which region a name leads to. */
import { active, pairOf, second, standby } from '../../support/recovery';
import { type Json, list } from '../aws-fixture';

const before = standby();
const after = active();
const blocks = (stack: Json, type: string): Json[] => Object.values(stack.resource?.[type] ?? {});
const lever = (stacks: Readonly<Record<string, Json>>): Json =>
  blocks(stacks['first-network'], 'aws_route53_health_check').find(({ type }) => type === 'CALCULATED');

describe('the lever', () => {
  test('follows no probe: a standby takes no writes, and what comes back is stale', () => {
    expect(lever(before)).toMatchObject({ disabled: true, invert_healthcheck: false });
  });

  test('leads away by an edit, and by no other', () => {
    expect(lever(after)).toMatchObject({ disabled: true, invert_healthcheck: true });
    // Everything is there and tried before anybody is sent to it.
    expect(lever(pairOf(second('active')))).toMatchObject({ disabled: true, invert_healthcheck: false });
  });

  test('is one, of the environment that is recovered', () => {
    expect(blocks(after['second-network'], 'aws_route53_health_check')).toEqual([]);
    expect(after['second-network'].output.failover_check_id.value).toBe('');
    expect(after['first-network'].output.failover_check_id.value).toMatch(
      /^\$\{aws_route53_health_check\.failover_lever_\w+\.id\}$/,
    );
  });
});

describe('the records', () => {
  const annotations = (name: string): Json[] =>
    blocks(after[name], 'helm_release')
      .filter((release) => /-routes$/.test(release.name))
      .map((release) => {
        const [values] = list<string>(release.values);
        const text = values?.replaceAll(/\$\{jsonencode\(([^()]*)\)\}/g, (_, expression: string) =>
          JSON.stringify(expression),
        );
        const { objects } = JSON.parse(text ?? '');
        return objects.find(({ kind }: Json) => kind === 'HTTPRoute').metadata.annotations;
      });
  const prefix = 'external-dns.alpha.kubernetes.io';

  test('are two of one name: the first as long as the lever holds, the second without a condition', () => {
    const [primary, ...morePrimaries] = annotations('first-app');
    const [secondary, ...moreSecondaries] = annotations('second-app');
    expect(primary).toEqual({
      [`${prefix}/set-identifier`]: 'first',
      [`${prefix}/aws-failover`]: 'PRIMARY',
      [`${prefix}/aws-health-check-id`]: expect.stringContaining('outputs.failover_check_id'),
    });
    expect(secondary).toEqual({
      [`${prefix}/set-identifier`]: 'second',
      [`${prefix}/aws-failover`]: 'SECONDARY',
    });
    for (const each of morePrimaries) expect(each).toEqual(primary);
    for (const each of moreSecondaries) expect(each).toEqual(secondary);
  });

  test('do not follow the load balancers either: with both out of sorts Route 53 would answer with the first', () => {
    for (const name of ['first-platform', 'second-platform']) {
      const release = blocks(after[name], 'helm_release').find((block) => block.name === 'external-dns');
      expect(JSON.stringify(release.values)).toContain('--no-aws-evaluate-target-health');
    }
  });
});

describe('the certificate', () => {
  test('is there while the region stands by, and the firewall is not', () => {
    expect(blocks(before['second-network'], 'aws_acm_certificate')).toHaveLength(1);
    expect(blocks(before['second-network'], 'aws_wafv2_web_acl')).toEqual([]);
    expect(blocks(after['second-network'], 'aws_wafv2_web_acl')).toHaveLength(1);
  });

  test('leaves the records that validate both to the first: going, the second must not take them along', () => {
    expect(blocks(after['second-network'], 'aws_route53_record')).toEqual([]);
    expect(blocks(after['first-network'], 'aws_route53_record').length).toBeGreaterThan(0);
  });
});

test('people hear of it when the name stops answering, from the region in which Route 53 reports', () => {
  const network = before['first-network'];
  const alarm = blocks(network, 'aws_cloudwatch_metric_alarm').find(
    ({ metric_name: metric }) => metric === 'HealthCheckStatus',
  );
  expect(alarm).toMatchObject({
    provider: 'aws.us-east-1',
    namespace: 'AWS/Route53',
    treat_missing_data: 'breaching',
    alarm_description: expect.stringContaining('Runbook: runbooks/region-lost.md'),
  });
  const topics = blocks(network, 'aws_sns_topic').filter(({ provider }) => provider === 'aws.us-east-1');
  expect(topics).toHaveLength(1);
  const [endpoint] = blocks(network, 'aws_route53_health_check').filter(({ type }) => type === 'HTTPS');
  expect(endpoint).toMatchObject({
    fqdn: 'app.example.com',
    resource_path: '/v1/aggregates',
    enable_sni: true,
  });
});
