import { isObject } from './fields';
import type { StackInput } from './read';

/** What `terraform show -json` says of a plan, as far as it is read. */
export interface PlanJson {
  readonly planned_values?: { readonly root_module?: PlannedModule };
  readonly configuration?: {
    readonly root_module?: { readonly resources?: readonly ConfiguredResource[] };
  };
}
interface PlannedModule {
  readonly resources?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly values?: Readonly<Record<string, unknown>>;
  }[];
}
interface ConfiguredResource {
  readonly address: string;
  readonly expressions?: Readonly<Record<string, unknown>>;
}

/** Whether something is a plan at all. */
export const isPlanJson = (value: unknown): value is PlanJson =>
  isObject(value) && isObject(value.planned_values);

/** Addresses that a plan holds, by which its stack is known. */
export const plannedAddresses = (plan: PlanJson): string[] =>
  (plan.planned_values?.root_module?.resources ?? [])
    .filter(({ mode }) => mode === 'managed')
    .map(({ address }) => address);

/**
 * A plan's values in place of the synthesised ones. What is known only after apply stays as the program has it: a reference,
 * by which resources find each other. `lifecycle`, outputs and backend are no part of a plan's values either.
 */
export function withPlan(stack: StackInput, plan: PlanJson): StackInput {
  const expressions = new Map(
    (plan.configuration?.root_module?.resources ?? []).map((one) => [one.address, one.expressions ?? {}]),
  );
  const resource: Record<string, Record<string, unknown>> = {};
  for (const { mode, type, name, address, values = {} } of plan.planned_values?.root_module?.resources ??
    []) {
    if (mode !== 'managed') continue;
    const synthesised = stack.json.resource?.[type]?.[name];
    const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    const byType = resource[type] ?? {};
    byType[name] = {
      ...(isObject(synthesised) ? { lifecycle: synthesised.lifecycle } : {}),
      ...references(expressions.get(address) ?? {}),
      ...unknownOf(isObject(synthesised) ? synthesised : {}, known),
      ...known,
    };
    resource[type] = byType;
  }
  return { ...stack, json: { ...stack.json, resource } };
}

/** Attributes whose value the plan doesn't know yet, as the synthesis has them: they hold a reference somewhere. */
const unknownOf = (
  synthesised: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, unknown>>,
) =>
  Object.fromEntries(
    Object.entries(synthesised).filter(
      ([key, value]) => !(key in known) && key !== 'lifecycle' && JSON.stringify(value ?? '').includes('${'),
    ),
  );

/** Attributes that the configuration makes of one reference: `bucket` → `${aws_s3_bucket.a.id}`. */
const references = (expressions: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(expressions).flatMap(([name, expression]) => {
      const [first] =
        isObject(expression) && Array.isArray(expression.references) ? expression.references : [];
      return typeof first === 'string' ? [[name, `\${${first}}`]] : [];
    }),
  );
