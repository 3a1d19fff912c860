import { bucketsOf, ofService, query } from '../query';
import type { Dashboard } from './dashboard';

const duration = (share: number) =>
  query`histogram_quantile(${share}, sum by (le) (rate(${bucketsOf('holdfast_aggregation_duration_seconds')}[5m])))`;

/** The way of an event, from the collector to the aggregates. */
export const eventsDashboard: Dashboard = {
  uid: 'holdfast-events',
  title: 'Holdfast: events',
  description: 'Events on their way from acceptance to aggregates.',
  rows: [
    {
      title: 'In and out',
      panels: [
        {
          title: 'Accepted and aggregated',
          description: 'Events a second. The two lines lie on each other while the workers keep up.',
          unit: 'ops',
          queries: [
            {
              expr: query`sum(rate(${ofService('holdfast_events_accepted_total')}[5m]))`,
              legend: 'accepted',
            },
            {
              expr: query`sum(rate(${ofService('holdfast_aggregation_events_total')}[5m]))`,
              legend: 'aggregated',
            },
          ],
        },
        {
          title: 'Rejected',
          description: 'Events refused a second, by the code that the client was given.',
          unit: 'ops',
          queries: [
            {
              expr: query`sum by (code) (rate(${ofService('holdfast_events_rejected_total')}[5m]))`,
              legend: '{{code}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Queue',
      panels: [
        {
          title: 'Lag',
          description: 'Age of the oldest batch that waits. QueueLagging fires above five seconds.',
          unit: 's',
          queries: [
            { expr: query`max(${ofService('holdfast_aggregation_lag_seconds')})`, legend: 'oldest batch' },
          ],
        },
        {
          title: 'Waiting',
          description: 'Batches that no worker has taken yet; counted up to 10,000.',
          unit: 'short',
          queries: [
            { expr: query`max(${ofService('holdfast_aggregation_queue_batches')})`, legend: 'batches' },
          ],
        },
        {
          title: 'Put aside as dead',
          description:
            'Batches within an hour that failed too often. None, when all is well; BatchesDead fires.',
          unit: 'short',
          queries: [
            {
              expr: query`sum(increase(${ofService('holdfast_aggregation_batches_total', { outcome: 'dead' })}[1h]))`,
              legend: 'batches',
            },
          ],
        },
        {
          title: 'Aggregation',
          description: 'Time of one transaction.',
          unit: 's',
          queries: [
            { expr: duration(0.5), legend: 'median' },
            { expr: duration(0.99), legend: '99th percentile' },
          ],
        },
      ],
    },
  ],
};
