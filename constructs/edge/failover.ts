import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check';
import { Aspects, type TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { routes } from '../../app/src/contract';
import { Alarm } from '../alarms/alarm';
import { AlarmTopic } from '../alarms/topic';
import { MadeWith } from '../core/stack';
import { EncryptionKey } from '../encryption/key';
import type { Place } from '../identity/place';

/** Route 53 reports its health checks to CloudWatch there and nowhere else, and alarms mail from their own region alone. */
export const healthCheckRegion = 'us-east-1';

/** Which of two records of one name Route 53 answers with. The name's records have it instead of none. */
export interface FailoverRecord {
  /** Tells the two apart. Changing it makes other records. */
  readonly setIdentifier: string;
  /** PRIMARY is answered for as long as its health check holds, and where there is no SECONDARY. */
  readonly failover: 'PRIMARY' | 'SECONDARY';
  /** Of the lever. A SECONDARY has none: it must be answered whenever the lever says so. */
  readonly healthCheckId?: string;
}

export interface FailoverProps extends Omit<Place, 'region'> {
  /** First part of the names. */
  readonly name: string;
  readonly domainName: string;
  /** Whether requests go to the other region. Changing it moves them within a minute or two. */
  readonly away: boolean;
  /** Of `healthCheckRegion`. */
  readonly provider: TerraformProvider;
  /** Who is told when the name stops answering. */
  readonly emails: readonly string[];
}

/**
 * What decides where a name leads that two regions can answer: a lever that a person pulls, not the health of a region. What
 * stands by has a database that takes no writes; once it is promoted, the other one's is stale. No probe knows either
 * (docs/decisions/0011-recovery-region.md). The health of the name is watched all the same, and mailed.
 */
export class Failover extends Construct {
  /** Health check of the record that requests go to as long as nobody pulls. */
  readonly leverId: string;

  constructor(scope: Construct, id: string, props: FailoverProps) {
    super(scope, id);
    const endpoint = new Route53HealthCheck(this, 'endpoint', {
      referenceName: `${props.name}-name`,
      type: 'HTTPS',
      fqdn: props.domainName,
      port: 443,
      resourcePath: routes.queryAggregates.path,
      enableSni: true,
      // Seconds: the dearer ten would find an outage no sooner than people do.
      requestInterval: 30,
      failureThreshold: 3,
      tags: { Name: `${props.name}-name` },
    });
    const lever = new Route53HealthCheck(this, 'lever', {
      referenceName: `${props.name}-lever`,
      type: 'CALCULATED',
      childHealthchecks: [endpoint.id],
      childHealthThreshold: 1,
      // Switched off, a check holds whatever it watches; inverted besides, it never does. Without either it would follow.
      disabled: true,
      invertHealthcheck: props.away,
      tags: { Name: `${props.name}-lever` },
    });
    this.leverId = lever.id;

    const watch = new Construct(this, 'watch');
    Aspects.of(watch).add(new MadeWith(props.provider));
    const place = { accountId: props.accountId, region: healthCheckRegion };
    const key = new EncryptionKey(watch, 'key', {
      ...place,
      alias: `${props.name}-name-alarms`,
      description: `Alarms of the public name of ${props.name}`,
      alarmPrefix: `${props.name}-`,
    });
    const topic = new AlarmTopic(watch, 'topic', {
      ...place,
      name: `${props.name}-name-alarms`,
      alarmPrefix: `${props.name}-`,
      key,
      emails: props.emails,
    });
    new Alarm(watch, 'alarm', {
      name: props.name,
      namespace: 'AWS/Route53',
      dimensions: { HealthCheckId: endpoint.id },
      topic,
      rule: {
        id: 'name-unreachable',
        metric: 'HealthCheckStatus',
        statistic: 'Minimum',
        threshold: { below: 1 },
        unit: 'health checks that hold',
        periodSeconds: 60,
        minutes: 2,
        silence: 'breaching',
        meaning: `Checkers around the world get no answer from ${props.domainName}. Nothing moves to another region by itself: somebody has to decide it.`,
        runbook: 'region-lost',
      },
    });
  }
}

/** Annotations by which external-dns gives a route's records their part. */
export const recordAnnotations = (record: FailoverRecord): Record<string, string> => ({
  'external-dns.alpha.kubernetes.io/set-identifier': record.setIdentifier,
  'external-dns.alpha.kubernetes.io/aws-failover': record.failover,
  ...(record.healthCheckId && {
    'external-dns.alpha.kubernetes.io/aws-health-check-id': record.healthCheckId,
  }),
});
