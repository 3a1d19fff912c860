import type { ResourceType, Values } from '../schema';
import type { Tier } from './model';
import type { KubernetesObject, Resource, TypedStack } from './read';

export interface EnvironmentFacts {
  readonly name: string;
  readonly tier: Tier;
  /** Account-wide things that are there though no stack makes them: `{ guardDuty: 'adopted' }`. Default: none. */
  readonly singletons?: Readonly<Record<string, string>>;
}

/** Names of attributes of a type that hold one text. */
type TextOf<T extends ResourceType> = {
  [K in keyof Values<T>]: Values<T>[K] extends string | undefined ? K : never;
}[keyof Values<T>] &
  string;

/** The resources of one environment and of its account's bootstrap, and how they refer to each other. */
export class Environment {
  readonly name: string;
  readonly tier: Tier;
  readonly singletons: Readonly<Record<string, string>>;
  readonly objects: readonly KubernetesObject[];
  private readonly byType = new Map<string, Resource[]>();
  private readonly byAddress = new Map<string, Resource>();
  private readonly pointing = new Map<string, Map<Resource, Resource[]>>();

  constructor(
    facts: EnvironmentFacts,
    readonly stacks: readonly TypedStack[],
  ) {
    this.name = facts.name;
    this.tier = facts.tier;
    this.singletons = facts.singletons ?? {};
    this.objects = stacks.flatMap(({ objects }) => objects);
    for (const resource of stacks.flatMap(({ resources }) => resources)) {
      const known = this.byType.get(resource.type);
      if (known) known.push(resource);
      else this.byType.set(resource.type, [resource]);
      this.byAddress.set(`${resource.stack}/${resource.address}`, resource);
    }
  }

  /** Whether it lives on AWS: what must be there must be there only then. */
  get onAws(): boolean {
    return this.tier !== 'local';
  }

  all<T extends ResourceType>(type: T): readonly Resource<T>[] {
    return (this.byType.get(type) ?? []) as unknown as readonly Resource<T>[];
  }

  /** Resources that a text refers to, through outputs of other stacks too. `from`: who says it. */
  follow(from: { readonly stack: string }, expression: string | undefined): readonly Resource[] {
    return expression?.includes('${') ? this.resolve(from.stack, expression, 0) : [];
  }

  /** The one resource of a type that a text refers to. */
  target<T extends ResourceType>(
    from: { readonly stack: string },
    expression: string | undefined,
    type: T,
  ): Resource<T> | undefined {
    return this.follow(from, expression).find((found) => found.type === type) as Resource<T> | undefined;
  }

  /** Resources of a type whose attribute refers to this one: a bucket's versioning, a role's policies. */
  of<T extends ResourceType>(resource: Resource, type: T, attribute: TextOf<T>): readonly Resource<T>[] {
    const key = `${type}.${attribute}`;
    let index = this.pointing.get(key);
    if (!index) {
      index = new Map();
      for (const each of this.all(type)) {
        for (const found of this.follow(each, each.values[attribute] as string | undefined)) {
          index.set(found, [...(index.get(found) ?? []), each as unknown as Resource]);
        }
      }
      this.pointing.set(key, index);
    }
    return (index.get(resource) ?? []) as unknown as readonly Resource<T>[];
  }

  private resolve(stack: string, expression: string, depth: number): Resource[] {
    // An output may hand on another's; nothing hands on in circles.
    if (depth > 5) return [];
    const direct = [...expression.matchAll(/(?<![\w.-])([a-z]+_[a-z0-9_]+)\.([\w-]+)/g)].flatMap(
      ([, type, name]) => this.byAddress.get(`${stack}/${type}.${name}`) ?? [],
    );
    const remote = [...expression.matchAll(/terraform_remote_state\.([\w-]+)\.outputs\.(\w+)/g)].flatMap(
      ([, component, output]) => {
        const producer = this.stacks.find((each) => each.component === component);
        const value = producer?.outputs[output as string];
        return (Array.isArray(value) ? value : [value]).flatMap((one) =>
          producer && typeof one === 'string' ? this.resolve(producer.name, one, depth + 1) : [],
        );
      },
    );
    return [...direct, ...remote];
  }
}
