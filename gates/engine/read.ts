import { type ResourceType, schema, type Values } from '../schema';
import { flag, isObject, read } from './fields';
import { parsed } from './policy';

/** A synthesised stack, as `cdk.tf.json` has it, or a plan made into one (plan-json.ts). */
export interface StackInput {
  readonly name: string;
  /** bootstrap, network, cluster, data, platform, observability, backup or app. */
  readonly component: string;
  readonly json: {
    readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly output?: Readonly<Record<string, unknown>>;
    readonly provider?: Readonly<Record<string, readonly unknown[]>>;
    readonly terraform?: Readonly<Record<string, unknown>>;
  };
}

/** A resource of a type that evaluators know, with its attributes read. */
export interface Resource<T extends ResourceType = ResourceType> {
  readonly type: T;
  readonly stack: string;
  readonly component: string;
  readonly address: string;
  readonly values: Values<T>;
  /** Whether Terraform refuses to destroy it. */
  readonly preventDestroy: boolean;
}

/** An object of Kubernetes that goes to the cluster through the raw chart. */
export interface KubernetesObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly stack: string;
  /** Of the release that it is part of. */
  readonly address: string;
}

export interface TypedStack {
  readonly name: string;
  readonly component: string;
  readonly resources: readonly Resource[];
  /** Types of every managed resource, those without a schema too, with their addresses. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  readonly objects: readonly KubernetesObject[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly providers: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly backend: Readonly<Record<string, unknown>>;
  readonly providerVersions: Readonly<Record<string, string>>;
  /** Policies that could not be read, as sentences. */
  readonly unknown: readonly string[];
}

/** Attributes that hold policies; undefined though they are set means known after apply. */
const policies = ['policy', 'assume_role_policy', 'access_policy'];

export function readStack({ name, component, json }: StackInput): TypedStack {
  const resources: Resource[] = [];
  const addresses: Record<string, string[]> = {};
  const unknown: string[] = [];
  for (const [type, byName] of Object.entries(json.resource ?? {})) {
    addresses[type] = Object.keys(byName).map((each) => `${type}.${each}`);
    if (!isKnown(type)) continue;
    for (const [each, raw] of Object.entries(byName)) {
      if (!isObject(raw)) continue;
      const address = `${type}.${each}`;
      const values = read(schema[type], raw) as Readonly<Record<string, unknown>>;
      for (const attribute of policies) {
        if (attribute in values && raw[attribute] !== undefined && values[attribute] === undefined)
          unknown.push(`${name}: ${address}: ${attribute} is known only after apply`);
      }
      resources.push({
        type,
        stack: name,
        component,
        address,
        values: values as Values<ResourceType>,
        preventDestroy: isObject(raw.lifecycle) && flag(raw.lifecycle.prevent_destroy) === true,
      });
    }
  }
  const terraform = json.terraform ?? {};
  return {
    name,
    component,
    resources,
    addresses,
    objects: objectsOf(name, json),
    outputs: Object.fromEntries(
      Object.entries(json.output ?? {}).map(([key, output]) => [
        key,
        isObject(output) ? output.value : undefined,
      ]),
    ),
    providers: Object.fromEntries(
      Object.entries(json.provider ?? {}).map(([key, blocks]) => [key, blocks.filter(isObject)]),
    ),
    backend: isObject(terraform.backend) ? terraform.backend : {},
    providerVersions: Object.fromEntries(
      Object.entries(isObject(terraform.required_providers) ? terraform.required_providers : {}).map(
        ([key, provider]) => [key, isObject(provider) ? String(provider.version ?? '') : ''],
      ),
    ),
    unknown,
  };
}

const isKnown = (type: string): type is ResourceType => type in schema;

/** What releases of the raw chart carry: `{"objects":[…]}`. */
function objectsOf(stack: string, json: StackInput['json']): KubernetesObject[] {
  return Object.entries(json.resource?.helm_release ?? {}).flatMap(([name, release]) => {
    const [first] = isObject(release) && Array.isArray(release.values) ? release.values : [];
    const values = typeof first === 'string' && first.startsWith('{"objects":') ? parsed(first) : undefined;
    const objects = isObject(values) && Array.isArray(values.objects) ? values.objects : [];
    return objects.filter(isObject).map((object) => {
      const metadata = isObject(object.metadata) ? object.metadata : {};
      return {
        kind: String(object.kind ?? ''),
        name: String(metadata.name ?? ''),
        namespace: String(metadata.namespace ?? ''),
        spec: isObject(object.spec) ? object.spec : {},
        stack,
        address: `helm_release.${name}`,
      };
    });
  });
}
