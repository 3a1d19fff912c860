import { checkHoldfast } from './check-holdfast';
import type { Known } from './known';
import { kindNamed, labelsOfOthers, madeByOthers } from './kubernetes-names';

/** Options whose value is a word of its own. */
const valued = new Set([
  '-n',
  '--namespace',
  '-l',
  '-L',
  '--selector',
  '-c',
  '--container',
  '-o',
  '--output',
  '-f',
  '--image',
  '--field-selector',
  '--patch',
  '-p',
  '--context',
]);
/** Verbs with a second word. */
const nested = new Set(['rollout', 'top', 'config', 'auth']);
/** A verb whose first operand is a kind, or a kind and a name. */
const onKinds = new Set([
  'get',
  'describe',
  'delete',
  'patch',
  'scale',
  'annotate',
  'label',
  'wait',
  'rollout',
  'top',
]);
/** A verb whose first operand is a pod, or a kind and a name. */
const onPods = new Set(['logs', 'exec', 'port-forward', 'debug']);
const onNodes = new Set(['drain', 'cordon', 'uncordon']);
const others = new Set(['run', 'cluster-info', 'version', 'apply', 'create', ...onNodes]);

/** What is wrong with a call of kubectl: namespaces, kinds, objects and labels that no synthesised stack contains. */
export function checkKubectl(args: readonly string[], known: Known): string[] {
  const { options, operands } = parse(args);
  const [verb = '', ...rest] = operands;
  if (!onKinds.has(verb) && !onPods.has(verb) && !others.has(verb))
    return [`runs "kubectl ${verb}", which no check knows`];
  const namespace = options.get('-n') ?? options.get('--namespace');
  const selector = options.get('-l') ?? options.get('--selector');
  const problems: string[] = [];
  // `npm run access -- ENV kubeconfig` names contexts so.
  const context = options.get('--context');
  if (context && !isOpen(context) && !known.environments.has(context.replace(/^holdfast-/, '')))
    problems.push(`names the context "${context}", which no environment has`);
  if (namespace && !isOpen(namespace) && !known.namespaces.has(namespace))
    problems.push(`names the namespace "${namespace}", which no stack makes`);
  if (selector && !isOpen(selector)) problems.push(...missingLabels(selector, known));
  const named = nested.has(verb) ? rest.slice(1) : rest;
  if (verb === 'top') problems.push(...missingKinds(rest[0] ?? ''));
  else if (onKinds.has(verb)) problems.push(...onKind(named, namespace, known));
  else if (onPods.has(verb) && named[0]) {
    const target = named[0].includes('/') ? named[0] : `pod/${named[0]}`;
    problems.push(...onKind([target], namespace, known));
  }
  const inPod = args.slice(args.indexOf('--') + 1);
  if (args.includes('--') && inPod[0] === 'holdfast')
    problems.push(...checkHoldfast(inPod.slice(1), known.commandLine));
  return problems;
}

/** Filled in by whoever runs it. */
const isOpen = (word: string): boolean => word.includes('$');

function parse(args: readonly string[]): { options: Map<string, string>; operands: string[] } {
  const options = new Map<string, string>();
  const operands: string[] = [];
  // After -- comes what runs in the pod.
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  for (let at = 0; at < own.length; at += 1) {
    const word = own[at] as string;
    if (!word.startsWith('-')) operands.push(word);
    else if (word.includes('='))
      options.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    else if (valued.has(word)) {
      options.set(word, own[at + 1] ?? '');
      at += 1;
    } else options.set(word, '');
  }
  return { options, operands };
}

const missingKinds = (list: string): string[] =>
  isOpen(list)
    ? []
    : list
        .split(',')
        .filter((kind) => kindNamed(kind) === undefined)
        .map((kind) => `names the kind "${kind}", which no check knows: add it to kubernetes-names.ts`);

function onKind(operands: readonly string[], namespace: string | undefined, known: Known): string[] {
  const [first = '', ...names] = operands;
  if (first === '' || isOpen(first)) return [];
  const [kinds = '', name] = first.split('/', 2);
  const wrong = missingKinds(kinds);
  if (wrong.length > 0) return wrong;
  const kind = kindNamed(kinds);
  // Nodes and pods have names that nobody knows before; those that are known stand among the others'.
  // `wait a/b c/d`: each has a kind of its own.
  const further = names.filter((each) => each.includes('/') && !isOpen(each));
  return [
    ...[...(name ? [name] : []), ...names.filter((each) => !further.includes(each))]
      .filter((each) => !isOpen(each) && !exists(kind as string, each, namespace, known))
      .map((each) => `names ${kind} "${each}"${namespace ? ` in ${namespace}` : ''}, which no stack makes`),
    ...further.flatMap((each) => onKind([each], namespace, known)),
  ];
}

const exists = (kind: string, name: string, namespace: string | undefined, { objects }: Known): boolean =>
  [...objects, ...madeByOthers].some(
    (object) =>
      object.kind === kind &&
      object.name === name &&
      (namespace === undefined || object.namespace === namespace),
  );

const missingLabels = (selector: string, { objects }: Known): string[] =>
  selector
    .split(',')
    .filter((each) => {
      const [label = '', value] = each.split('=');
      return !labelsOfOthers.includes(each) && !objects.some(({ labels }) => labels[label] === value);
    })
    .map((each) => `selects by the label ${each}, which no stack puts on anything`);
