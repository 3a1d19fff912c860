/**
 * `npm run smoke -- ENV | URL [--management URL] [--version VERSION]`: whether a deployment works, by what its users do: probes, flags,
 * an event's way to its aggregate. ENV also checks that the image of images.json runs. Exits 1 when something is wrong.
 */
import { parseArgs } from 'node:util';
import { ports } from '../app/src/contract';
import { load } from '../environments';
import { isAws } from '../environments/load';
import { type SmokeResult, smokeTest } from './lib/smoke/checks';
import { withCluster } from './lib/smoke/cluster';
import { duration, exitWith, paint, printProblems } from './lib/terminal';

const usage = `Use: npm run smoke -- ENV | URL [--management URL] [--version VERSION]

  ENV                 a deployed environment, through kubectl
  URL                 a service with the role all, such as http://localhost:${ports.public}
  --management URL    its management port; default: port ${ports.management} of the same host
  --version VERSION   what it has to say that it is; default: any`;

async function smoke(args: readonly string[]): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === 'string') {
    console.error(`${paint('red', 'error')} ${parsed}\n\n${usage}`);
    return 2;
  }
  const { where, version, management } = parsed;
  const options = version === undefined ? {} : { version };
  if (/^https?:\/\//.test(where)) {
    const url = new URL(where).origin;
    const manager = management ?? `${new URL(url).protocol}//${new URL(url).hostname}:${ports.management}`;
    const target = { management: { service: new URL(manager).origin }, collector: url, gateway: url };
    return told(await smokeTest(target, options));
  }
  const loaded = load();
  if (!loaded.ok) {
    printProblems(loaded.problems);
    return 1;
  }
  const onAws = loaded.deployments.filter(isAws);
  const deployment = onAws.find(({ environment }) => environment.name === where);
  if (!deployment) {
    const names = onAws.map(({ environment }) => environment.name).join(', ');
    throw new Error(`"${where}" is neither a URL nor one of ${names}`);
  }
  return told(await withCluster(deployment, (target) => smokeTest(target, options)));
}

function told(results: readonly SmokeResult[]): number {
  for (const { check, milliseconds, problem } of results) {
    const sign = problem === undefined ? paint('green', 'ok   ') : paint('red', 'FAILS');
    console.log(`${sign} ${check} (${duration(milliseconds)})${problem === undefined ? '' : `: ${problem}`}`);
  }
  const failed = results.filter(({ problem }) => problem !== undefined).length;
  console.log(failed === 0 ? 'It works.' : `${failed} of ${results.length} checks fail.`);
  return failed === 0 ? 0 : 1;
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { management: { type: 'string' }, version: { type: 'string' } },
      allowPositionals: true,
    });
    const [where, ...others] = positionals;
    if (!where) return 'which environment, or which URL?';
    if (others.length > 0) return `too many arguments: ${others.join(' ')}`;
    return { where, ...values };
  } catch (error) {
    return (error as Error).message;
  }
}

exitWith(smoke(process.argv.slice(2)));
