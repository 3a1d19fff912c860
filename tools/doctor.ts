/**
 * `npm run doctor -- ENV [--json]`: whether this machine, these credentials and this account can deploy an environment,
 * with a remedy for each thing that is missing. Reads, and changes nothing. Exits 1 when something fails, 2 when the
 * question is wrong.
 */
import { parseArgs } from 'node:util';
import { load } from '../environments';
import { isAws } from '../environments/load';
import { count, examine } from './lib/doctor/examine';
import { render } from './lib/doctor/render';
import { exitWith, paint, printProblems } from './lib/terminal';

async function doctor(args: readonly string[]): Promise<number> {
  const { name, json } = parse(args);
  const loaded = load();
  if (!loaded.ok) {
    printProblems(loaded.problems);
    return 1;
  }
  const onAws = loaded.deployments.filter(isAws);
  const deployment = onAws.find(({ environment }) => environment.name === name);
  if (!deployment) {
    const names = onAws.map(({ environment }) => environment.name).join(', ');
    console.error(
      `${paint('red', 'error')} ${name ? `there is no environment "${name}" on AWS.` : 'which environment?'} Use: npm run doctor -- ENV [--json], ENV one of ${names}`,
    );
    return 2;
  }
  // Loaded here, because AWS's SDK takes longer to load than the question about a name to answer.
  const { openAccount } = await import('./lib/doctor/aws-account.js');
  const sections = await examine({ deployment, account: openAccount(deployment) });
  console.log(
    json ? JSON.stringify({ environment: name, sections }, undefined, 2) : render(name ?? '', sections),
  );
  return count(sections).fail > 0 ? 1 : 0;
}

function parse(args: readonly string[]): { name?: string; json: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    return { name: positionals[0], json: values.json };
  } catch {
    return { json: false };
  }
}

exitWith(doctor(process.argv.slice(2)));
