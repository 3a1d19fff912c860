import type { Known } from './known';

const onReleases = new Set(['history', 'status', 'rollback']);

/** What is wrong with a call of helm: a release that no stack installs, or in another namespace. */
export function checkHelm(args: readonly string[], { namespaces, releases }: Known): string[] {
  const at = args.findIndex((word) => word === '-n' || word === '--namespace');
  const namespace = at < 0 ? undefined : args[at + 1];
  const operands = args.filter((word, index) => !word.startsWith('-') && (at < 0 || index !== at + 1));
  const [verb = '', release] = operands;
  if (namespace && !namespace.includes('$') && !namespaces.has(namespace))
    return [`names the namespace "${namespace}", which no stack makes`];
  if (verb === 'list') return [];
  if (!onReleases.has(verb)) return [`runs "helm ${verb}", which no check knows`];
  if (namespace === undefined) return [`runs "helm ${verb}" without a namespace`];
  if (release === undefined) return [`runs "helm ${verb}" without a release`];
  if (release.includes('$') || namespace.includes('$')) return [];
  return releases.some((each) => each.name === release && each.namespace === namespace)
    ? []
    : [`names the release "${release}" in ${namespace}, which no stack installs`];
}
