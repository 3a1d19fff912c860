import { isObject } from './fields';

/** One statement of a policy, whatever short forms it is written in. */
export interface Statement {
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  /** `*`, or `Service:backup.amazonaws.com`, `AWS:arn:…`, `Federated:arn:…`. Empty in an identity's own policy. */
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  /** `<operator> <key>` in small letters → values. */
  readonly conditions: Readonly<Record<string, readonly string[]>>;
}

/** Statements of a policy's text; undefined where it isn't set, or is known only after apply. */
export function policy(value: unknown): readonly Statement[] | undefined {
  const document = typeof value === 'string' ? parsed(value) : undefined;
  if (!isObject(document)) return undefined;
  return list(document.Statement).filter(isObject).map(statement);
}

/**
 * JSON that Terraform completes, as JSON: `{"Resource":${jsonencode(x.arn)}}` → `{"Resource":"${x.arn}"}`. Undefined where it
 * is none.
 */
export function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    const complete = json.replace(/\$\{jsonencode\(((?:[^()]|\([^()]*\))*)\)\}/g, (_, expression: string) =>
      expression.startsWith('"') ? expression : JSON.stringify(`\${${expression.replaceAll('"', "'")}}`),
    );
    try {
      return JSON.parse(complete);
    } catch {
      return undefined;
    }
  }
}

const statement = (given: Readonly<Record<string, unknown>>): Statement => ({
  sid: String(given.Sid ?? ''),
  effect: given.Effect === 'Allow' ? 'Allow' : 'Deny',
  principals: principals(given.Principal),
  actions: strings(given.Action),
  notActions: strings(given.NotAction),
  resources: strings(given.Resource),
  conditions: Object.fromEntries(
    Object.entries(isObject(given.Condition) ? given.Condition : {}).flatMap(([operator, keys]) =>
      Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => [
        `${operator} ${key}`.toLowerCase(),
        strings(values),
      ]),
    ),
  ),
});

function principals(given: unknown): string[] {
  if (!isObject(given)) return strings(given);
  return Object.entries(given).flatMap(([kind, values]) =>
    strings(values).map((value) => (value === '*' ? '*' : `${kind}:${value}`)),
  );
}

const list = (value: unknown): unknown[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
};
const strings = (value: unknown): string[] => list(value).map(String);

/** Whether anybody at all may use the statement: everyone is allowed, and no condition says who. */
export const isPublic = ({ effect, principals: who, conditions }: Statement): boolean =>
  effect === 'Allow' && who.includes('*') && Object.keys(conditions).length === 0;

/** Whether a value is set for a key of a condition, under an operator that compares texts or ARNs. */
export const conditionOn = ({ conditions }: Statement, key: string): readonly string[] =>
  Object.entries(conditions).flatMap(([name, values]) =>
    name.endsWith(` ${key.toLowerCase()}`) ? values : [],
  );
