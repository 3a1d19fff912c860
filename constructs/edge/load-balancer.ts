import { type IResolvable, TerraformIterator } from 'cdktf';
import { edge } from '../../app/src/contract';
import type { TfValue } from '../core/tf-json';
import { accessLogPrefix } from './access-logs';

export interface LoadBalancerProps {
  /** At most 32 characters. Changing it replaces the load balancer, and with it its address. */
  readonly name: string;
  /** One public subnet per zone, as a list that Terraform fills in; pods take requests from these alone. */
  readonly subnetIds: string[];
  /** Valid certificate. A new one takes the old one's place without a gap. */
  readonly certificateArn: string;
  readonly webAclArn: string;
  /** Bucket with `loadBalancerLogsGrant`, encrypted with keys of S3: AWS delivers to no other. */
  readonly logBucket: string;
  /** Whether AWS refuses to delete it. Taking it down then takes two deployments. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** TLS 1.3, and 1.2 with forward secrecy and authenticated encryption alone. */
const tlsPolicy = 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06';

/** Seconds that a browser remembers never to ask without TLS. */
const strictTransportSeconds = 365 * 24 * 60 * 60;

/** The spec of a LoadBalancerConfiguration (gateway.k8s.aws/v1): what the Gateway API has no words for. */
export const loadBalancer = (props: LoadBalancerProps): { readonly [key: string]: TfValue } => ({
  loadBalancerName: props.name,
  scheme: 'internet-facing',
  ipAddressType: 'ipv4',
  // Not found by tags: somebody else's subnets may carry them as well.
  loadBalancerSubnets: identifiers(props.subnetIds) as unknown as TfValue,
  listenerConfigurations: [
    {
      protocolPort: 'HTTPS:443',
      defaultCertificate: props.certificateArn,
      sslPolicy: tlsPolicy,
      listenerAttributes: pairs({
        'routing.http.response.server.enabled': 'false',
        'routing.http.response.strict_transport_security.header_value': `max-age=${strictTransportSeconds}`,
      }),
    },
  ],
  wafV2: { webACL: props.webAclArn },
  loadBalancerAttributes: pairs({
    'access_logs.s3.enabled': 'true',
    'access_logs.s3.bucket': props.logBucket,
    'access_logs.s3.prefix': accessLogPrefix,
    'deletion_protection.enabled': String(props.protect),
    'idle_timeout.timeout_seconds': String(edge.idleSeconds),
    'routing.http.drop_invalid_header_fields.enabled': 'true',
    'routing.http.desync_mitigation_mode': 'defensive',
    // The service believes the last entry alone, so exactly one hop has to write one.
    'routing.http.xff_header_processing.mode': 'append',
    // Nobody gets past the firewall while it can't be asked.
    'waf.fail_open.enabled': 'false',
  }),
  tags: props.tags,
});

/** How AWS's attributes are written in objects of the controller. */
export const pairs = (attributes: Readonly<Record<string, string>>): { key: string; value: string }[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value }));

/** An object for each id of a list whose length only Terraform knows. */
const identifiers = (ids: string[]): IResolvable =>
  TerraformIterator.fromList(ids).forExpressionForList('{ identifier = val }');
