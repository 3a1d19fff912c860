import { ofService, query } from '../query';
import type { Dashboard, Panel } from './dashboard';

const inForce: readonly Panel[] = [
  {
    title: 'Pods with a broken file',
    description: 'They keep the last good one. FlagFileBroken fires after five minutes.',
    unit: 'short',
    kind: 'stat',
    queries: [
      { expr: query`count(${ofService('holdfast_flag_file_valid')} == 0) or vector(0)`, legend: 'pods' },
    ],
  },
  {
    title: 'Pods with old overrides',
    description: 'They can not read the database, and keep the overrides that they last knew.',
    unit: 'short',
    kind: 'stat',
    queries: [
      { expr: query`count(${ofService('holdfast_flag_overrides_fresh')} == 0) or vector(0)`, legend: 'pods' },
    ],
  },
  {
    title: 'Overrides',
    description: 'Flags that somebody has changed at run time, for as long as it lasts.',
    unit: 'short',
    kind: 'stat',
    queries: [{ expr: query`max(${ofService('holdfast_flag_overrides')})`, legend: 'flags' }],
  },
  {
    title: 'Due to be removed',
    description: 'Flags whose day is over, or that are the same for everybody for a month.',
    unit: 'short',
    kind: 'stat',
    queries: [
      {
        expr: query`count(max by (flag) (${ofService('holdfast_flag_stale', { finding: 'expired|settled' })}) == 1) or vector(0)`,
        legend: 'flags',
      },
    ],
  },
];

const rollouts: readonly Panel[] = [
  {
    title: 'Roll-outs under way',
    description:
      'Share of the users that a flag is on for by its own rule, ramps as they stand; of flags that are on for some.',
    unit: 'percentunit',
    queries: [
      {
        expr: query`max by (flag) (${ofService('holdfast_flag_rollout_ratio')}) > 0 < 1`,
        legend: '{{flag}}',
      },
    ],
  },
  {
    title: 'Overridden flags',
    description: 'A line for as long as the override is in force.',
    unit: 'short',
    queries: [
      { expr: query`max by (flag) (${ofService('holdfast_flag_overridden')}) == 1`, legend: '{{flag}}' },
    ],
  },
];

const evaluations: readonly Panel[] = [
  {
    title: 'Evaluations by variant',
    description: 'What was served, a second.',
    unit: 'ops',
    queries: [
      {
        expr: query`sum by (flag, variant) (rate(${ofService('holdfast_flag_evaluations_total')}[5m]))`,
        legend: '{{flag}} {{variant}}',
      },
    ],
  },
  {
    title: 'Served as on',
    description:
      'Share of the evaluations. Beside the share of a roll-out it tells whether those who were chosen are typical.',
    unit: 'percentunit',
    queries: [
      {
        expr: query`sum by (flag) (rate(${ofService('holdfast_flag_evaluations_total', { variant: 'on' })}[5m])) / sum by (flag) (rate(${ofService('holdfast_flag_evaluations_total')}[5m]))`,
        legend: '{{flag}}',
      },
    ],
  },
];

const upkeep: readonly Panel[] = [
  {
    title: 'Stale flags',
    description: 'One line for each reason. Unused: no pod of any role has asked since it started.',
    unit: 'short',
    queries: [
      {
        expr: query`min by (flag, finding) (${ofService('holdfast_flag_stale')}) == 1`,
        legend: '{{flag}} {{finding}}',
      },
    ],
  },
  {
    title: 'Reloads of the file',
    description: 'Attempts within an hour, by outcome: one per pod and change.',
    unit: 'short',
    queries: [
      {
        expr: query`sum by (outcome) (increase(${ofService('holdfast_flag_file_reloads_total')}[1h]))`,
        legend: '{{outcome}}',
      },
    ],
  },
];

/** Which flags are in force for whom, what is served, and what needs somebody to look after it. */
export const flagsDashboard: Dashboard = {
  uid: 'holdfast-flags',
  title: 'Holdfast: flags',
  description: 'Flags and their roll-outs, as the pods have them in force.',
  rows: [
    { title: 'In force', panels: inForce },
    { title: 'Roll-outs and overrides', panels: rollouts },
    { title: 'Evaluations', panels: evaluations },
    { title: 'Upkeep', panels: upkeep },
  ],
};
