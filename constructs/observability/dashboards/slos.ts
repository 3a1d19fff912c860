import { type Slo, slos } from '../../../app/src/contract';
import { ofRule, query } from '../query';
import { sloErrorRatio } from '../recording-rules';
import { burnRates, share } from '../slo-alerts';
import type { Dashboard } from './dashboard';

const row = (name: string, slo: Slo) => {
  const budget = share(1 - slo.objective);
  return {
    title: `${name}: ${slo.description}`,
    panels: [
      {
        title: 'Budget left',
        description: `Of ${slo.windowDays} days, or of as many as are kept; each five minutes count the same. Below 0 the promise is broken.`,
        unit: 'percentunit' as const,
        kind: 'stat' as const,
        span: 6,
        queries: [
          {
            expr: query`1 - avg_over_time(${ofRule(sloErrorRatio('5m'), { slo: name })}[${slo.windowDays}d]) / ${budget}`,
            legend: name,
          },
        ],
      },
      {
        title: 'Pace',
        description: `How many times as fast as it may the budget burns. Alerts at ${burnRates.map(({ pace, long }) => `${pace} over ${long}`).join(', ')}.`,
        unit: 'short' as const,
        queries: burnRates.map(({ long }) => ({
          expr: query`${ofRule(sloErrorRatio(long), { slo: name })} / ${budget}`,
          legend: long,
        })),
      },
    ],
  };
};

/** What was promised, and what is left of it. */
export const sloDashboard: Dashboard = {
  uid: 'holdfast-slos',
  title: 'Holdfast: SLOs',
  description: 'Error budgets of app/src/contract/slos.ts, and how fast they burn.',
  rows: Object.entries(slos).map(([name, slo]) => row(name, slo)),
};
