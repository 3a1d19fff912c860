/** Every Kubernetes object that Holdfast makes with everything switched on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type ApiObject, apiObject } from './api-objects';
import { type Json, objectsOf, type Synthesised } from './kubernetes';
import { lokiStacks } from './logs';
import { externalDnsStack, fullStacks, releases } from './platform';

export const full = fullStacks();
export const stacks: readonly Synthesised[] = [
  full.platform,
  full.app,
  full.observability,
  full.backup,
  externalDnsStack(),
];
/** With Loki instead of Elasticsearch. */
export const loki: Synthesised = lokiStacks().observability;

export const terraformObjects = (of: readonly Synthesised[]): ApiObject[] =>
  of.flatMap((stack) =>
    Object.entries<Json>(stack.json.resource)
      .filter(([type]) => type.startsWith('kubernetes_'))
      .flatMap(([type, found]) => Object.values<Json>(found).map((block) => apiObject(type, block))),
  );
export const rawObjects = (of: readonly Synthesised[]): ApiObject[] =>
  of.flatMap((stack) =>
    releases(stack)
      .filter((release) => release.chart.startsWith('./'))
      .flatMap((release) => filledIn(objectsOf(release.name, stack))),
  );
/** What only Terraform knows, as a name. */
const filledIn = (objects: Json[]): ApiObject[] =>
  JSON.parse(
    JSON.stringify(objects).replace(/<data\.[^>]*\.(\w+)>/g, (_, output: string) =>
      output.replaceAll('_', '-'),
    ),
  );
export const nameOf = ({ kind, metadata }: ApiObject) =>
  [kind, metadata.namespace, metadata.name].filter(Boolean).join(' ');
/** What the server says against it. */
export const refused = (answer: { status: number; body: Json }) =>
  answer.status < 300 ? undefined : `${answer.status} ${answer.body.message ?? answer.body}`;

/** CRDs at hand. */
export function definitions(): ApiObject[] {
  const folder = process.env.HOLDFAST_CRDS;
  if (!folder) return [];
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((one) => one.toJS() as ApiObject),
    )
    .filter((object) => object?.kind === 'CustomResourceDefinition');
}
