import type { Alert, AlertGroup } from './alert';
import { ofExporter, query } from './query';

const gib = 2 ** 30;
const loadBalancer = 'dimension_LoadBalancer';
const instance = 'dimension_DBInstanceIdentifier';

const publicRoute: readonly Alert[] = [
  {
    name: 'PublicRouteDown',
    expr: query`max by (instance) (${ofExporter('probe_success')}) == 0`,
    for: '3m',
    severity: 'critical',
    summary: '{{ $labels.instance }} does not answer from outside',
    description: 'Clients get no answer, or an error: name, certificate, load balancer, firewall or gateway.',
    runbook: 'public-route-down',
  },
  {
    name: 'PublicCertificateExpiring',
    expr: query`min by (instance) (${ofExporter('probe_ssl_earliest_cert_expiry')}) - time() < ${21 * 86_400}`,
    for: '1h',
    severity: 'warning',
    summary: 'The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }}',
    description: 'AWS renews it 60 days before, and has not. When it ends, no client connects.',
    runbook: 'public-route-down',
  },
];

/** What the public name is watched for. */
export const publicRouteAlerts: readonly AlertGroup[] = [{ name: 'public-route', alerts: publicRoute }];

const cloudWatch: readonly Alert[] = [
  {
    name: 'DatabaseStorageFilling',
    expr: query`predict_linear(${ofExporter('aws_rds_free_storage_space_minimum')}[6h], 86400) < 0 and ${ofExporter('aws_rds_free_storage_space_minimum')} < ${10 * gib}`,
    for: '1h',
    severity: 'warning',
    summary: `{{ $labels.${instance} }} is full within a day, as its last six hours went`,
    description: 'RDS grows the volume up to its limit. Full, the database stops.',
    runbook: 'database-storage-full',
  },
  {
    name: 'DatabaseStorageScarce',
    expr: query`${ofExporter('aws_rds_free_storage_space_minimum')} < ${gib}`,
    for: '10m',
    severity: 'critical',
    summary: `{{ $labels.${instance} }} has {{ $value | humanize1024 }}B left`,
    description: 'Full, the database stops.',
    runbook: 'database-storage-full',
  },
  {
    name: 'LoadBalancerFailing',
    expr: query`sum by (dimension_LoadBalancer) (${ofExporter('aws_applicationelb_httpcode_elb_5_xx_count_sum')}) > 20`,
    for: '10m',
    severity: 'warning',
    summary: `{{ $labels.${loadBalancer} }} answers {{ $value }} requests in five minutes with an error of its own`,
    description:
      'It finds no pod that takes them, or none answers in time: the service itself sees no error.',
    runbook: 'public-route-down',
  },
];

/** What CloudWatch alone knows. */
export const cloudWatchAlerts: readonly AlertGroup[] = [{ name: 'cloudwatch', alerts: cloudWatch }];
