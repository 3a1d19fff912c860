/** What is priced: an environment's resources, or an account's, and what a pricer may ask about them. */
import { resourcesOf, type StackJson } from '../stack-json';
import type { Usage } from './usage';

type Block = Readonly<Record<string, unknown>>;

export interface PricedResource {
  readonly stack: string;
  readonly type: string;
  readonly address: string;
  readonly values: Block;
}

export interface Estate {
  /** An environment's name, or an account's. */
  readonly name: string;
  readonly region: string;
  /** Undefined for an account. */
  readonly usage?: Usage;
  /** GiB of a database that came from another region, and whose size nothing here says. Default: unknown. */
  readonly copiedGib?: number;
  readonly resources: readonly PricedResource[];
}

export const resourcesOfStack = (stack: string, json: StackJson): PricedResource[] =>
  resourcesOf(json)
    .filter(({ mode }) => mode === 'managed')
    .map(({ type, address, values }) => ({ stack, type, address, values }));

export const ofType = (estate: Estate, type: string): PricedResource[] =>
  estate.resources.filter((resource) => resource.type === type);

/** The resource that `${type.name.attribute}` speaks of, in the same stack; in a state, the one with that id. */
export function referred(
  estate: Estate,
  from: PricedResource,
  reference: unknown,
): PricedResource | undefined {
  const byId = estate.resources.find(({ stack, values }) => stack === from.stack && isIt(values, reference));
  if (byId) return byId;
  const found = /\$\{(?<type>\w+)\.(?<name>[\w-]+)\./.exec(String(reference))?.groups;
  if (!found) return undefined;
  const address = `${found['type']}.${found['name']}`;
  return estate.resources.find((other) => other.stack === from.stack && other.address === address);
}

const isIt = (values: Block, reference: unknown): boolean =>
  typeof reference === 'string' &&
  reference !== '' &&
  [values['id'], values['identifier'], values['arn']].includes(reference);

/** The value at a path of keys and indexes, where Terraform's JSON may have a list of one block or the block itself. */
export function at(values: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((node, key) => {
    const block = Array.isArray(node) && typeof key === 'string' ? node[0] : node;
    return (block as Record<string | number, unknown> | undefined)?.[key];
  }, values);
}

/** A number, which Terraform's JSON may have as text; undefined for a reference, and for what isn't there. */
export function numberAt(values: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = at(values, ...path);
  if (found === undefined || found === null || found === '') return undefined;
  const number = Number(found);
  return Number.isFinite(number) ? number : undefined;
}

export const isTrue = (value: unknown): boolean => value === true || value === 'true';
