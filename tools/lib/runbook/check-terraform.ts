import type { Known } from './known';

/** What steps do with a stack. apply (but of a saved plan) and destroy are the CDKTF CLI's, which knows the order of stacks. */
const verbs = new Set(['init', 'plan', 'output', 'import', 'force-unlock', 'providers', 'show', 'state']);
const stateVerbs = new Set(['list', 'show', 'pull', 'push', 'rm']);

/** What is wrong with a call of Terraform: stacks, outputs and addresses of resources that no synthesis contains. */
export function checkTerraform(args: readonly string[], known: Known): string[] {
  const stack = args.map((word) => /^-chdir=cdktf\.out\/stacks\/([\w-]+)$/.exec(word)?.[1]).find(Boolean);
  if (stack === undefined) return ['runs terraform without -chdir=cdktf.out/stacks/STACK'];
  const wrong = missingStack(stack, known);
  if (wrong.length > 0) return wrong;
  const [verb = '', ...rest] = args.filter((word) => !word.startsWith('-'));
  const savedPlan = verb === 'apply' && rest.length > 0;
  if (!verbs.has(verb) && !savedPlan) return [`runs "terraform ${verb}", which no check knows`];
  const named = args.flatMap((word) => /^-(?:target|replace)=(.+)$/.exec(word)?.[1] ?? []);
  if (verb === 'import') return missingAddresses([...named, ...rest.slice(0, 1)], stack, known);
  if (verb === 'state') {
    const [which = '', ...addresses] = rest;
    if (!stateVerbs.has(which)) return [`runs "terraform state ${which}", which no check knows`];
    return which === 'show' || which === 'rm' ? missingAddresses(addresses, stack, known) : [];
  }
  if (verb !== 'output') return missingAddresses(named, stack, known);
  return rest
    .filter((output) => !known.outputs(stack).includes(output))
    .map((output) => `names the output "${output}", which ${stack} doesn't have`);
}

export const missingStack = (stack: string, { stacks }: Known): string[] => {
  const pattern = new RegExp(`^${stack.replace(/\*/g, '.*')}$`);
  return [...stacks].some((name) => pattern.test(name))
    ? []
    : [`names the stack "${stack}", which there is not`];
};

/** An address that is filled in by whoever runs it stays unchecked. */
const missingAddresses = (addresses: readonly string[], stack: string, known: Known): string[] =>
  addresses
    .filter((address) => !address.includes('$') && !known.addresses(stack).includes(address))
    .map((address) => `names the resource "${address}", which ${stack} doesn't have`);
