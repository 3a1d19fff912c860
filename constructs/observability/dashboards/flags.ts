import { ofService, query } from '../query';
import type { Dashboard } from './dashboard';

/** Whether flags follow their file. */
export const flagsDashboard: Dashboard = {
  uid: 'holdfast-flags',
  title: 'Holdfast: flags',
  description: 'The flag file, as each pod has it.',
  rows: [
    {
      title: 'Flag file',
      panels: [
        {
          title: 'Pods with a broken file',
          description: 'They keep the last good one. FlagFileBroken fires after five minutes.',
          unit: 'short',
          kind: 'stat',
          queries: [
            {
              expr: query`count(${ofService('holdfast_flag_file_valid')} == 0) or vector(0)`,
              legend: 'pods',
            },
          ],
        },
        {
          title: 'Reloads',
          description: 'Attempts to load the file within an hour, by outcome: one per pod and change.',
          unit: 'short',
          queries: [
            {
              expr: query`sum by (outcome) (increase(${ofService('holdfast_flag_file_reloads_total')}[1h]))`,
              legend: '{{outcome}}',
            },
          ],
        },
      ],
    },
  ],
};
