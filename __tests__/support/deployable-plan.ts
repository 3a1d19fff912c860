/**
 * What `npm run plan` and `npm run apply` run, in an account that plan doesn't refuse: `plan|apply ARGUMENT…`.
 * HOLDFAST_TEST holds, as JSON, where things lie and what is changed in dev.
 */
import type { AwsDeployment } from '../../environments/load';
import { isAws } from '../../environments/load';
import { applyCommand } from '../../tools/lib/plan/apply-command';
import { planCommand } from '../../tools/lib/plan/plan-command';
import { exitWith } from '../../tools/lib/terminal';
import { deployable, loaded, today } from './shipped';

export interface DeployableChange {
  readonly folder: string;
  /** Of dev. */
  readonly environment?: Partial<AwsDeployment['environment']>;
  readonly image?: string;
  readonly today?: string;
}

const change = JSON.parse(process.env.HOLDFAST_TEST ?? '{}') as DeployableChange;
const shipped = deployable(loaded(change.today ?? today));
const deployments = shipped.deployments.map((deployment) =>
  isAws(deployment) && deployment.environment.name === 'dev'
    ? {
        ...deployment,
        environment: { ...deployment.environment, ...change.environment },
        images: { ...deployment.images, ...(change.image ? { service: change.image } : {}) },
      }
    : deployment,
);
const [command, ...args] = process.argv.slice(2);
exitWith(
  (command === 'apply' ? applyCommand : planCommand)(args, {
    load: () => ({ ok: true, accounts: shipped.accounts, deployments }),
    outdir: `${change.folder}/cdktf.out`,
    plansFolder: `${change.folder}/plans`,
  }),
);
