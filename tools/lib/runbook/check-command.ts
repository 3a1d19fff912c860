import { checkAws } from './check-aws';
import { checkHoldfast } from './check-holdfast';
import { checkKubectl } from './check-kubectl';
import type { Known } from './known';
import type { SimpleCommand } from './shell';

/** Programs whose arguments name nothing of ours. */
const plain = new Set([
  'curl', 'date', 'df', 'dig', 'echo', 'export', 'git', 'grep', 'head', 'jq', 'kill', 'less', 'printf', 'psql',
  'read', 'sed', 'sleep', 'sort', 'tail', 'test', 'wait', 'watch',
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

const missingStack = (stack: string, { stacks }: Known): string[] => {
  const pattern = new RegExp(`^${stack.replace(/\*/g, '.*')}$`);
  return [...stacks].some((name) => pattern.test(name))
    ? []
    : [`names the stack "${stack}", which there is not`];
};

function checkTerraform(args: readonly string[], known: Known): string[] {
  const stack = args.map((word) => /^-chdir=cdktf\.out\/stacks\/([\w-]+)$/.exec(word)?.[1]).find(Boolean);
  if (stack === undefined) return ['runs terraform without -chdir=cdktf.out/stacks/STACK'];
  const wrong = missingStack(stack, known);
  if (wrong.length > 0) return wrong;
  const [verb, ...rest] = args.filter((word) => !word.startsWith('-'));
  if (verb !== 'output') return [];
  return rest
    .filter((output) => !known.outputs(stack).includes(output))
    .map((output) => `names the output "${output}", which ${stack} doesn't have`);
}
