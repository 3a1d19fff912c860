/**
 * `npm run access -- ENV kubeconfig|api|psql [--owner] [--print]`: the way in for people. Runs the AWS CLI, kubectl and
 * psql as a person would type them; `--print` only says what it would run. docs/access.md has the permissions.
 */
import { parseArgs } from 'node:util';
import { load } from '../environments';
import { type AwsDeployment, isAws } from '../environments/load';
import { type Door, doors } from './lib/access/commands';
import { open } from './lib/access/open';
import { exitWith, paint, printProblems } from './lib/terminal';

const usage = `Use: npm run access -- ENV DOOR [--owner] [--print]

${Object.entries(doors)
  .map(([door, what]) => `  ${door.padEnd(10)}  ${what}`)
  .join('\n')}
  --print     says what would be run, and runs nothing but questions to AWS`;

async function access(args: readonly string[]): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === 'string') return refuse(parsed);
  const loaded = load();
  if (!loaded.ok) {
    printProblems(loaded.problems);
    return 1;
  }
  const onAws = loaded.deployments.filter(isAws);
  const deployment = onAws.find(({ environment }) => environment.name === parsed.environment);
  if (!deployment)
    return refuse(`ENV must be one of ${onAws.map(({ environment }) => environment.name).join(', ')}`);
  return open(deployment as AwsDeployment, parsed.door, parsed);
}

function refuse(reason: string): number {
  console.error(`${paint('red', 'error')} ${reason}\n\n${usage}`);
  return 2;
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { owner: { type: 'boolean', default: false }, print: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [environment, door] = positionals;
    if (!environment || !door) return 'an environment and a door are needed';
    if (!Object.hasOwn(doors, door)) return `DOOR must be one of ${Object.keys(doors).join(', ')}`;
    if (values.owner && door !== 'psql') return '--owner is for psql';
    return { environment, door: door as Door, ...values };
  } catch (error) {
    return (error as Error).message;
  }
}

exitWith(access(process.argv.slice(2)));
