import type { MonthlyUsd } from '../cost/of-plan';

/** Whether a change brings what the program says, takes back what somebody changed by hand, or both. */
export type Cause = 'configuration' | 'drift' | 'both';
export type ChangeKind = 'create' | 'update' | 'replace' | 'destroy' | 'move' | 'import' | 'forget';

/** One value of a resource as a person reads it; secrets are masked. Left out: not set before, or not set after. */
export interface AttributeChange {
  /** Dotted, such as `vpc_config.subnet_ids`. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** Whether this is why the resource has to be replaced. */
  readonly replaces?: boolean;
}

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly kind: ChangeKind;
  readonly cause: Cause;
  /** Holds what can't be made again (tools/lib/stateful.ts). */
  readonly stateful: boolean;
  /** Why it is replaced or destroyed, where Terraform says so. */
  readonly why?: string;
  readonly previousAddress?: string;
  readonly importId?: string;
  readonly attributes: readonly AttributeChange[];
}

/** What somebody changed outside of Terraform since the last apply. */
export interface Drift {
  readonly address: string;
  readonly kind: 'changed' | 'deleted';
  /** Whether applying the plan would take it back. Default: it stays as it is. */
  readonly reverted: boolean;
  readonly attributes: readonly AttributeChange[];
}

export type Status = 'unchanged' | 'changes' | 'pending' | 'failed';

/** What Terraform was asked, so that apply can tell whether it still holds. */
export interface SavedPlan {
  /** In the plan's folder. */
  readonly file: string;
  readonly sha256: string;
  readonly serial: number;
  readonly lineage: string;
}

export interface StackPlan {
  readonly name: string;
  readonly status: Status;
  readonly dependencies: readonly string[];
  readonly changes: readonly ResourceChange[];
  readonly drift: readonly Drift[];
  /** Outputs whose values would change. */
  readonly outputs: readonly string[];
  /** Stacks that were never applied, or don't hand over yet what this one reads. Only where it is pending. */
  readonly waitsFor: readonly string[];
  /** Producers whose outputs would change: what this stack does is known for sure only once they are applied. */
  readonly provisional: readonly string[];
  /** Where it is pending: what it would create, counted from the synthesis. */
  readonly wouldCreate?: { readonly count: number; readonly kinds: string };
  /** Why it could not be planned. */
  readonly problems: readonly string[];
  readonly saved?: SavedPlan;
  /** What it costs, estimated (docs/cost.md); left out of what an account holds once. */
  readonly monthlyUsd?: MonthlyUsd;
  /** Of the synthesised stack. */
  readonly synthesis: string;
  readonly milliseconds: number;
}

/** `plan.json`: everything that the reports show and that apply needs. Holds no secret; the plan files beside it do. */
export interface Plan {
  readonly format: 1;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly asked: readonly string[];
  readonly destroy: boolean;
  /** Commit that was planned; left out where there is no Git. */
  readonly commit?: string;
  readonly terraform: { readonly name: string; readonly version: string };
  /** In the order in which they are applied. */
  readonly stacks: readonly StackPlan[];
}

/** A replacement or destruction of what can't be made again. */
export interface Loss {
  /** `<stack>/<address>`: the name to acknowledge it by. */
  readonly resource: string;
  readonly change: ResourceChange;
}

export const lossesOf = (stacks: readonly StackPlan[]): Loss[] =>
  stacks.flatMap(({ name, changes }) =>
    changes
      .filter(({ kind, stateful }) => stateful && (kind === 'replace' || kind === 'destroy'))
      .map((change) => ({ resource: `${name}/${change.address}`, change })),
  );

export const isEmpty = ({ stacks }: Plan): boolean => stacks.every(({ status }) => status === 'unchanged');
