import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';

/** Writes a kubeconfig with one cluster and one user for each context, of which the first is current. Returns its path. */
export function writeKubeconfig(path: string, contexts: Readonly<Record<string, string>>): string {
  const names = Object.entries(contexts);
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': names[0]?.[0],
    contexts: names.map(([name]) => ({ name, context: { cluster: `c-${name}`, user: `u-${name}` } })),
    clusters: names.map(([name, server]) => ({ name: `c-${name}`, cluster: { server } })),
    users: names.map(([name]) => ({ name: `u-${name}`, user: { token: 'x' } })),
  };
  writeFileSync(path, stringify(content));
  return path;
}
