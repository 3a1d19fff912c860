import type { Environment } from './environment';

/** As environments/ has them. */
export type Tier = 'local' | 'development' | 'staging' | 'production';
export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** What was seen of one resource. */
export interface Finding {
  readonly stack: string;
  /** In the state, such as aws_s3_bucket.state_bucket_803B4E61; of what should be there and isn't, its type. */
  readonly address: string;
  /** `storage_encrypted = true`: the value that decided. */
  readonly observed: string;
  readonly verdict: 'pass' | 'fail';
}

/** Why there is nothing to judge. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** One question to the resources of an environment. Pure: no file, no clock, no network. */
export interface Evaluator {
  /** What holds where it passes. */
  readonly title: string;
  readonly severity: Severity;
  /** What could happen otherwise. */
  readonly why: string;
  /** Where to change what. */
  readonly remedy: string;
  /** Tiers that it is asked of. Default: all. */
  readonly appliesTo?: { readonly tiers: readonly Tier[]; readonly otherwise: string };
  readonly judge: (environment: Environment) => readonly Finding[] | NotApplicable;
}
export type Evaluators = Readonly<Record<string, Evaluator>>;

/** A control of a framework, by its number; what it is about in our own words. */
export interface Control {
  readonly number: string;
  readonly about: string;
  /** Whether the number was found in a source beside the framework's own, paid text. */
  readonly confirmed: boolean;
  /** Evaluators that bear on it. */
  readonly evaluators: readonly string[];
}

export interface Framework {
  readonly id: string;
  readonly name: string;
  readonly edition: string;
  /** Where the confirmed numbers were looked up. */
  readonly source: string;
  readonly controls: readonly Control[];
  /** Of what nothing can be said from the stacks. */
  readonly notCovered: string;
}

/** One control and one evaluator: what a report has a line for. */
export interface Gate {
  /** `soc2/CC6.1/rds-encrypted` */
  readonly id: string;
  readonly framework: Framework;
  readonly control: Control;
  readonly evaluatorId: string;
  readonly evaluator: Evaluator;
  /** What the control is about, and what could happen otherwise. */
  readonly rationale: string;
}

/** A failure that is accepted for a while. */
export interface Waiver {
  /** An evaluator's id, which is every gate with it, or one gate's. */
  readonly gate: string;
  /** `component/type.name` with `*` for any text, as gates/checkov-exceptions.json has them. */
  readonly resources: readonly string[];
  /** Default: every environment. */
  readonly tiers?: readonly Tier[];
  readonly reason: string;
  /** Who answers for it: a team, as tags have it. */
  readonly owner: string;
  /** Last day, such as 2027-05-31. */
  readonly until: string;
}

export type Status = 'pass' | 'fail' | 'waived' | 'not applicable';

export interface JudgedFinding extends Finding {
  /** Of a failure. */
  readonly waiver?: Waiver;
  /** Whether the waiver's last day is over. */
  readonly expired?: boolean;
}

export interface Result {
  readonly gate: Gate;
  readonly status: Status;
  /** Why it is not applicable. */
  readonly reason?: string;
  readonly findings: readonly JudgedFinding[];
}

/** Everything that was judged of one environment. */
export interface Verdict {
  readonly environment: string;
  readonly tier: Tier;
  /** The day that waivers were measured against. */
  readonly today: string;
  readonly results: readonly Result[];
  /** What could not be judged because it is known only after apply, as sentences. */
  readonly unknown: readonly string[];
  /** Expired waivers that still excuse (decision 16: outside of plan, release and nightly runs), as sentences. */
  readonly warnings: readonly string[];
}
