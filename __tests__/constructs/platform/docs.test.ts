import { readFileSync } from 'node:fs';
import { charts } from '../../../constructs/platform/charts';
import { privilegedNamespaces } from '../../../constructs/platform/names';
import { blocks, kubernetesStacks, objectsOf } from '../../support/kubernetes';
import { lokiStacks } from '../../support/logs';
import { externalDnsStack, fullStacks, releases } from '../../support/platform';
import { delegated, deployment } from '../aws-fixture';

const page = readFileSync('docs/platform.md', 'utf8');
const { platform } = fullStacks();
const { observability, backup } = kubernetesStacks(deployment(delegated));
const rows = [...page.matchAll(/^\| ([\w-]+) \| (v?\d[\w.]*) \| (\S+) \| (\S+) \|/gm)].map((row) =>
  row.slice(1, 5),
);

test('the page lists every chart, with the version and the namespace that it has', () => {
  const deployed = releases(
    platform,
    externalDnsStack(),
    observability,
    backup,
    lokiStacks().observability,
  ).map((release) => [release.chart, release.namespace]);
  const expected = Object.values(charts).flatMap(({ chart, version, appVersion }) => {
    const places = new Set(deployed.filter(([name]) => name === chart).map(([, namespace]) => namespace));
    return [...places].map((namespace) => [chart, version, appVersion, namespace]);
  });
  expect(rows.toSorted()).toEqual(expected.toSorted());
});

test('it names every admission policy, every role, and where privileges are allowed', () => {
  const policies = objectsOf('admission-policies', platform).map((one) => one.metadata.name);
  const roles = blocks('kubernetes_cluster_role_v1', platform).map((one) => one.metadata.name);
  const groups = blocks('kubernetes_cluster_role_binding_v1', platform).map((one) => one.subject[0].name);
  expect(groups.length).toBe(3);
  for (const name of [...policies, ...roles, ...groups, ...privilegedNamespaces])
    expect(page).toContain(name);
});
