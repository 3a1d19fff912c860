import { tfJson } from '../core/tf-json';

/** `s3:GetObject`. A bare `*` is no action: nothing here may do everything. */
type Action = `${string}:${string}`;
type OneOrMore<T> = T | readonly [T, ...T[]];

type Operator =
  | `${'' | 'ForAnyValue:' | 'ForAllValues:'}${'StringEquals' | 'StringNotEquals' | 'StringLike'}`
  | 'StringEqualsIfExists'
  | 'ArnEquals'
  | 'ArnLike'
  | 'Bool'
  | 'Null'
  | 'NumericLessThan';
export type Conditions = Readonly<
  Partial<Record<Operator, Readonly<Record<`${string}:${string}`, OneOrMore<string>>>>>
>;

interface StatementBase {
  /** Letters and digits, unique in the document; says what the statement is for. */
  readonly sid: string;
  /** Default: Allow. */
  readonly effect?: 'Allow' | 'Deny';
  readonly conditions?: Conditions;
}
type Actions =
  | { readonly actions: OneOrMore<Action>; readonly notActions?: undefined }
  /** Every action but these, of services that don't exist yet too: for boundaries. */
  | { readonly notActions: OneOrMore<Action>; readonly actions?: undefined };
type Resources =
  /** ARNs; `*` only for actions that know no resources, or with a condition that narrows it. */
  | { readonly resources: OneOrMore<string>; readonly notResources?: undefined }
  | { readonly notResources: OneOrMore<string>; readonly resources?: undefined };

/** What an identity may do. */
export type Statement = StatementBase & Actions & Resources;

/** Who may do it, in a policy on the resource. */
export type ResourceStatement = Statement & {
  readonly principals: '*' | { readonly aws: OneOrMore<string> } | { readonly service: OneOrMore<string> };
};

/** A policy on a role. */
export const identityPolicy = (statements: readonly Statement[]): string => document(statements);

/** A policy on a bucket or a key. */
export const resourcePolicy = (statements: readonly ResourceStatement[]): string => document(statements);

/** Who may assume a role: one AWS service, or whom one identity provider vouches for, under conditions. */
export const trustPolicy = (
  who: string | { readonly federated: string },
  actions: OneOrMore<`sts:${string}`>,
  conditions?: Conditions,
): string =>
  tfJson({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Assume',
        Effect: 'Allow',
        Principal: typeof who === 'string' ? { Service: who } : { Federated: who.federated },
        Action: actions,
        Condition: conditions,
      },
    ],
  });

function document(statements: readonly (Statement | ResourceStatement)[]): string {
  const sids = statements.map((statement) => statement.sid);
  const wrong = sids.find((sid, index) => !/^[A-Za-z0-9]+$/.test(sid) || sids.indexOf(sid) !== index);
  if (wrong !== undefined || sids.length === 0) {
    throw new Error(
      `a policy needs statements whose sids are letters and digits, each once: "${wrong ?? ''}"`,
    );
  }
  return tfJson({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      Sid: statement.sid,
      Effect: statement.effect ?? 'Allow',
      Principal: 'principals' in statement ? principal(statement.principals) : undefined,
      Action: statement.actions,
      NotAction: statement.notActions,
      Resource: statement.resources,
      NotResource: statement.notResources,
      Condition: statement.conditions,
    })),
  });
}

function principal(who: ResourceStatement['principals']) {
  if (who === '*') return '*';
  return 'aws' in who ? { AWS: who.aws } : { Service: who.service };
}
