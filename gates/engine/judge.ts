/** What evaluators are made of. */
import type { ResourceType } from '../schema';
import type { Environment } from './environment';
import type { Finding, NotApplicable } from './model';
import type { Resource } from './read';

export interface Judgement {
  readonly ok: boolean;
  readonly observed: string;
}

/** `encrypted = true`, and whether that is right. */
export const is = (ok: boolean, name: string, value: unknown): Judgement => ({
  ok,
  observed: `${name} = ${value === undefined ? '(not set)' : String(value)}`,
});
export const says = (ok: boolean, observed: string): Judgement => ({ ok, observed });

export const found = (
  resource: { readonly stack: string; readonly address: string },
  { ok, observed }: Judgement,
): Finding => ({
  stack: resource.stack,
  address: resource.address,
  observed,
  verdict: ok ? 'pass' : 'fail',
});

type Judge<T extends ResourceType> = (
  resource: Resource<T>,
  environment: Environment,
) => Judgement | undefined;

/** Every resource of a type; one that a judge returns nothing for is none of its business. */
export const each =
  <T extends ResourceType>(type: T, judge: Judge<T>) =>
  (environment: Environment): readonly Finding[] | NotApplicable => {
    const findings = environment.all(type).flatMap((resource) => {
      const judgement = judge(resource, environment);
      return judgement ? [found(resource, judgement)] : [];
    });
    return findings.length > 0 ? findings : { notApplicable: `${environment.name} has no such ${type}` };
  };

/** Every resource of a type, of which there must be one at least; `singleton` names what may be somebody else's instead. */
export const some =
  <T extends ResourceType>(type: T, judge: Judge<T>, singleton?: string) =>
  (environment: Environment): readonly Finding[] | NotApplicable => {
    const judged = each(type, judge)(environment);
    if (!('notApplicable' in judged)) return judged;
    return missing(environment, type, singleton);
  };

/** What is said where something that has to be there is not. */
export function missing(
  environment: Environment,
  what: string,
  singleton?: string,
): readonly Finding[] | NotApplicable {
  if (!environment.onAws) return { notApplicable: `${environment.name} is not on AWS` };
  if (singleton && environment.singletons[singleton] === 'adopted') {
    return { notApplicable: `security.${singleton} is "adopted": the account has it from elsewhere` };
  }
  return [{ stack: environment.name, address: what, observed: 'there is none', verdict: 'fail' }];
}
