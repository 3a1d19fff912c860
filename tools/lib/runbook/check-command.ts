import { checkAws } from './check-aws';
import { checkHelm } from './check-helm';
import { checkHoldfast } from './check-holdfast';
import { checkKubectl } from './check-kubectl';
import { checkTerraform, missingStack } from './check-terraform';
import type { Known } from './known';
import type { SimpleCommand } from './shell';

/** Programs whose arguments name nothing of ours. */
const plain = new Set([
  'cat', 'cp', 'curl', 'date', 'df', 'diff', 'dig', 'docker', 'echo', 'export', 'git', 'grep', 'head', 'jq', 'kill', 'less',
  'mkdir', 'openssl', 'pg_dump', 'printf', 'pg_ctl', 'psql', 'read', 'sed', 'sleep', 'sort', 'tail', 'test',
  'valkey-cli', 'wait', 'watch',
]); // biome-ignore format: a list

/** What is wrong with one command of a step: what it names isn't there. Nothing is run. */
export function checkCommand(
  { words }: SimpleCommand,
  known: Known,
  functions: ReadonlySet<string>,
): readonly string[] {
  const [program, ...args] = words;
  if (program === undefined || program.startsWith('$') || functions.has(program) || plain.has(program))
    return [];
  if (program === 'kubectl') return checkKubectl(args, known);
  if (program === 'helm') return checkHelm(args, known);
  if (program === 'aws') return checkAws(args, known);
  if (program === 'holdfast') return checkHoldfast(args, known.commandLine);
  if (program === 'npm') return checkNpm(args, known);
  if (program === 'npx') return checkNpx(args, known);
  if (program === 'terraform' || program === 'tofu') return checkTerraform(args, known);
  return [`runs "${program}", which no check knows: add it to tools/lib/runbook/check-command.ts`];
}

function checkNpm(args: readonly string[], known: Known): string[] {
  const [verb, script, environment] = args;
  if (verb === 'test' || verb === 'ci') return [];
  if (verb !== 'run' || script === undefined) return [`runs "npm ${args.join(' ')}", which is no script`];
  if (!known.scripts.has(script)) return [`runs "npm run ${script}", which package.json doesn't have`];
  const rest = args.slice(args.indexOf('--') + 1);
  if (script === 'holdfast') return [...checkHoldfast(rest, known.commandLine)];
  if (
    (script === 'access' || script === 'doctor') &&
    environment === '--' &&
    !known.environments.has(rest[0] ?? '')
  )
    return [`names the environment "${rest[0] ?? ''}", which there is not`];
  return [];
}

function checkNpx(args: readonly string[], known: Known): string[] {
  const [program = '', verb, ...stacks] = args;
  if (program === 'holdfast') return [...checkHoldfast(args.slice(1), known.commandLine)];
  if (!program.startsWith('cdktf-cli@')) return [`runs "npx ${program}", which no check knows`];
  if (!['deploy', 'diff', 'destroy', 'synth', 'output'].includes(verb ?? ''))
    return [`runs "cdktf ${verb ?? ''}", which is no command of it`];
  return stacks
    .filter((word) => !word.startsWith('-') && !word.startsWith('$'))
    .flatMap((stack) => missingStack(stack, known));
}
