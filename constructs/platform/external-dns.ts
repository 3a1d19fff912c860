import type { Construct } from 'constructs';
import type { Statement } from '../identity/policy';
import { charts } from './charts';
import { Controller, type ControllerPlace } from './controller';
import {
  type ContainerResources,
  type ContainerSecurity,
  containerSecurity,
  controllerPriority,
  type PodSecurity,
  podSecurity,
  resources,
} from './hardening';
import { controllers } from './names';

export type ExternalDnsValues = {
  readonly provider: { readonly name: 'aws' };
  readonly sources: readonly ('gateway-httproute' | 'service')[];
  /** sync: a record goes with the route that asked for it. Only records that carry `txtOwnerId` are touched. */
  readonly policy: 'sync' | 'upsert-only';
  readonly registry: 'txt';
  readonly txtOwnerId: string;
  readonly txtPrefix: string;
  readonly domainFilters: readonly string[];
  readonly managedRecordTypes: readonly ('A' | 'AAAA' | 'CNAME')[];
  readonly extraArgs: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly interval: string;
  readonly triggerLoopOnEvent: true;
  readonly serviceAccount: { readonly create: true; readonly name: string };
  readonly podSecurityContext: PodSecurity & { readonly fsGroup: number };
  readonly securityContext: ContainerSecurity & { readonly runAsUser: number; readonly runAsGroup: number };
  readonly resources: ContainerResources;
  readonly priorityClassName: string;
  readonly serviceMonitor: { readonly enabled: false };
};

export interface ExternalDnsProps extends ControllerPlace {
  readonly region: string;
  /** Name that the environment answers to; records outside of it are never touched. */
  readonly domain: string;
  /** Zone of Route 53 that the name lies in; may be filled in by Terraform. */
  readonly zoneId: string;
  /** Written beside each record that it makes. Changing it leaves the old records behind, for ever. */
  readonly ownerId: string;
  /** Whether it may take records away again. Development keeps tidy; production loses no name by a mistake. */
  readonly removes: boolean;
  /**
   * Whether Route 53 also asks the load balancer behind a record how it is. Not where two regions answer to a name: with both
   * out of sorts it would answer with the first, whose data may be stale. Default: true.
   */
  readonly asksTargets?: boolean;
}

/** Records in Route 53 for what routes ask for. The chart admits one replica: two would undo each other's work. */
export class ExternalDns extends Controller<ExternalDnsValues> {
  constructor(scope: Construct, id: string, props: ExternalDnsProps) {
    const { namespace, serviceAccount } = controllers.externalDns;
    const { region, domain, zoneId, ownerId, removes, asksTargets = true, ...place } = props;
    super(scope, id, {
      ...place,
      chart: charts.externalDns,
      releaseName: 'external-dns',
      namespace,
      ports: { metricsPorts: [7979] },
      values: {
        provider: { name: 'aws' },
        sources: ['gateway-httproute'],
        policy: removes ? 'sync' : 'upsert-only',
        registry: 'txt',
        txtOwnerId: ownerId,
        // a-owner.dev.example.com beside dev.example.com: below the name, which is all that its role may touch.
        txtPrefix: '%{record_type}-owner.',
        domainFilters: [domain],
        managedRecordTypes: ['A', 'AAAA', 'CNAME'],
        extraArgs: [
          '--aws-zone-type=public',
          `--zone-id-filter=${zoneId}`,
          '--txt-wildcard-replacement=any',
          ...(asksTargets ? [] : ['--no-aws-evaluate-target-health']),
        ],
        // Pods can't ask the instance's metadata for it.
        env: [{ name: 'AWS_REGION', value: region }],
        interval: '5m',
        triggerLoopOnEvent: true,
        serviceAccount: { create: true, name: serviceAccount },
        podSecurityContext: { ...podSecurity, fsGroup: 65534 },
        securityContext: { ...containerSecurity, runAsUser: 65532, runAsGroup: 65532 },
        resources: resources('25m', '64Mi', '192Mi'),
        priorityClassName: controllerPriority,
        serviceMonitor: { enabled: false },
      },
    });
  }
}

/**
 * What external-dns may do: change addresses in one zone, for one name and what lies below it. Zones can be listed only
 * all together.
 */
export const externalDnsPolicy = (zoneId: string, domain: string): Statement[] => [
  {
    sid: 'ChangeRecords',
    actions: 'route53:ChangeResourceRecordSets',
    resources: `arn:aws:route53:::hostedzone/${zoneId}`,
    conditions: {
      'ForAllValues:StringLike': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': [domain, `*.${domain}`],
      },
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA', 'CNAME', 'TXT'],
      },
    },
  },
  {
    sid: 'ReadRecords',
    actions: ['route53:ListResourceRecordSets', 'route53:ListTagsForResource'],
    resources: `arn:aws:route53:::hostedzone/${zoneId}`,
  },
  { sid: 'FindZones', actions: 'route53:ListHostedZones', resources: '*' },
];
