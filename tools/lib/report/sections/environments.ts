import { isAws } from '../../../../environments/load';
import { usd } from '../../cost/report';
import { differences } from '../../environments-page';
import { managed } from '../../summary';
import { onAws, type ReportData, type Section, stacksOf } from '../data';
import { code } from '../html';
import { table } from '../table';

/** What there is, and in what it differs and why. */
export function environments(data: ReportData): Section {
  const names = onAws(data).map(({ environment }) => environment.name);
  return {
    id: 'environments',
    title: 'Environments',
    lead: 'What is the same everywhere is not listed among the differences; each difference has a reason.',
    body: [
      table({
        caption: 'Environments',
        columns: [
          'environment',
          'tier',
          'account',
          'region',
          'Kubernetes',
          'PostgreSQL',
          ...numbers('stacks', 'resources', 'USD a month'),
        ],
        rows: data.deployments.map((deployment) => {
          const { name, tier } = deployment.environment;
          const stacks = stacksOf(data, name);
          const estimate = data.estimates.find((one) => one.estimate.name === name)?.estimate;
          const resources = stacks.reduce((sum, stack) => sum + managed(stack), 0);
          const onlyAws = isAws(deployment)
            ? [
                deployment.account.name,
                deployment.environment.region,
                deployment.environment.cluster.version,
                deployment.environment.database.engineVersion,
              ]
            : ['none', 'none', 'none', 'embedded'];
          return {
            id: `environment-${name}`,
            cells: [
              name,
              tier,
              ...onlyAws,
              stacks.length,
              resources,
              estimate ? usd(estimate.usd) : 'nothing',
            ],
          };
        }),
      }),
      table({
        caption: 'Differences between the environments on AWS',
        columns: ['property', ...names, 'why'],
        rows: differences(data.deployments).map(({ path, values, reason }) => ({
          cells: [code(path), ...values, reason],
        })),
      }),
    ],
  };
}

const numbers = (...titles: readonly string[]) => titles.map((title) => ({ title, numeric: true }));
