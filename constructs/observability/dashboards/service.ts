import { bucketsOf, ofExporter, ofRule, ofService, query, roleLabel } from '../query';
import { errorRate } from '../recording-rules';
import type { Dashboard, Panel } from './dashboard';

const byRole = `{{${roleLabel}}}`;

const percentile = (share: number) =>
  query`histogram_quantile(${share}, sum by (${roleLabel}, le) (rate(${bucketsOf('holdfast_http_request_duration_seconds')}[5m])))`;

const red: readonly Panel[] = [
  {
    title: 'Requests',
    description: 'Answers a second on the public port.',
    unit: 'reqps',
    queries: [
      {
        expr: query`sum by (${roleLabel}) (rate(${ofService('holdfast_http_requests_total')}[5m]))`,
        legend: byRole,
      },
    ],
  },
  {
    title: 'Errors',
    description: 'Share of the answers that are 5xx.',
    unit: 'percentunit',
    queries: [
      {
        expr: query`sum by (${roleLabel}) (rate(${ofService('holdfast_http_requests_total', { status: '5..' })}[5m])) / sum by (${roleLabel}) (rate(${ofService('holdfast_http_requests_total')}[5m]))`,
        legend: byRole,
      },
    ],
  },
  {
    title: 'Duration',
    description:
      'Half of the requests are faster than the median, one in a hundred is slower than the 99th percentile.',
    unit: 's',
    queries: [
      { expr: percentile(0.5), legend: `${byRole} median` },
      { expr: percentile(0.99), legend: `${byRole} 99th percentile` },
    ],
  },
];

/** Rate, errors and duration of each role. */
export const serviceDashboard: Dashboard = {
  uid: 'holdfast-service',
  title: 'Holdfast: service',
  description: 'Requests, errors and durations by role, and what the service depends on.',
  rows: [
    { title: 'By role', panels: red },
    {
      title: 'By route',
      panels: [
        {
          title: 'Answers by status',
          description: '4xx are the clients’ mistakes, 5xx ours.',
          unit: 'reqps',
          queries: [
            {
              expr: query`sum by (route, status) (rate(${ofService('holdfast_http_requests_total')}[5m]))`,
              legend: '{{route}} {{status}}',
            },
          ],
        },
        {
          title: 'Errors by severity',
          description: 'Errors a second, by how bad the contract calls them.',
          unit: 'ops',
          queries: [{ expr: query`${ofRule(errorRate, {})}`, legend: '{{severity}}' }],
        },
        {
          title: 'Load balancer',
          description:
            'Seconds until pods answered it, and its own errors within five minutes: near 0, or it finds no pod.',
          unit: 'short',
          queries: [
            {
              expr: query`${ofExporter('aws_applicationelb_target_response_time_average')}`,
              legend: '{{dimension_LoadBalancer}} seconds',
            },
            {
              expr: query`${ofExporter('aws_applicationelb_httpcode_elb_5_xx_count_sum')}`,
              legend: '{{dimension_LoadBalancer}} errors',
            },
          ],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'Versions',
          description: 'Pods by version: two lines during a release, one otherwise.',
          unit: 'short',
          queries: [
            {
              expr: query`count by (role, version) (${ofService('holdfast_build_info')})`,
              legend: '{{role}} {{version}}',
            },
          ],
        },
        {
          title: 'States',
          description: 'Pods by state of their lifecycle.',
          unit: 'short',
          queries: [
            { expr: query`sum by (state) (${ofService('holdfast_lifecycle_state')})`, legend: '{{state}}' },
          ],
        },
        {
          title: 'Dependencies',
          description: '1 while some pod reaches it.',
          unit: 'short',
          kind: 'stat',
          queries: [
            {
              expr: query`max by (component) (${ofService('holdfast_component_up')})`,
              legend: '{{component}}',
            },
          ],
        },
        {
          title: 'Query cache',
          description: 'Look-ups a second by their result.',
          unit: 'ops',
          queries: [
            {
              expr: query`sum by (result) (rate(${ofService('holdfast_cache_requests_total')}[5m]))`,
              legend: '{{result}}',
            },
          ],
        },
      ],
    },
  ],
};
