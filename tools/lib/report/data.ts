import type { Day } from '../../../constructs/core/support-calendar';
import type { AwsDeployment, Deployment, LoadedEnvironments, NamedAccount } from '../../../environments/load';
import { isAws } from '../../../environments/load';
import { everyEstimate } from '../cost/cost-command';
import type { Budgeted } from '../cost/report';
import { type Runbook, readRunbook, runbookNames } from '../runbook/runbook';
import type { Synthesis, SynthesisedStack } from '../synthesise';
import { gatesOfSynthesis } from './gates-of-synthesis';
import type { Part } from './html';

/** How one environment does by one framework. */
export interface GateResult {
  /** With its edition. */
  readonly framework: string;
  readonly environment: string;
  /** Distinct questions behind its gates: one may serve several controls, here and in other frameworks. */
  readonly evaluators: number;
  readonly pass: number;
  readonly fail: number;
  readonly waived: number;
  readonly notApplicable: number;
  readonly failing: readonly {
    /** Control and what it asks, such as `soc2 CC6.1 rds-encrypted`; says so where the number is not confirmed. */
    readonly gate: string;
    readonly severity: string;
    readonly title: string;
    readonly remedy: string;
    /** Addresses of what failed, with their stack. */
    readonly resources: readonly string[];
  }[];
}

/** Everything that the report tells. Sections are functions of it and of nothing else. */
export interface ReportData {
  /** Versions and flags are measured against it. */
  readonly today: Day;
  /** Of what was synthesised. Undefined: not known. */
  readonly commit: string | undefined;
  readonly accounts: readonly NamedAccount[];
  readonly deployments: readonly Deployment[];
  readonly stacks: readonly SynthesisedStack[];
  /** What constructs want a person to know. */
  readonly warnings: readonly string[];
  readonly estimates: readonly Budgeted[];
  readonly runbooks: readonly Runbook[];
  readonly gates: readonly GateResult[];
}

/** A part of the page. */
export interface Section {
  /** What links go to. */
  readonly id: string;
  readonly title: string;
  /** What it is about, in a sentence. */
  readonly lead: Part;
  readonly body: Part;
}

type Loaded = Omit<Extract<LoadedEnvironments, { readonly ok: true }>, 'ok'>;

/** All that can be said of a synthesis, with the runbooks of a folder. */
export const collect = (
  loaded: Loaded,
  { stacks, warnings }: Pick<Synthesis, 'stacks' | 'warnings'>,
  { today, commit, runbooks }: { today: Day; commit: string | undefined; runbooks: string },
): ReportData => ({
  today,
  commit,
  ...loaded,
  stacks: shippedStacks(loaded, stacks),
  warnings,
  estimates: everyEstimate(loaded, stacks),
  gates: gatesOfSynthesis(loaded.deployments, stacks, today),
  runbooks: runbookNames(runbooks).flatMap((name) => readRunbook(runbooks, name).runbook ?? []),
});

/** Those of the environments and accounts at hand, in the order in which they are deployed. */
const shippedStacks = (
  { accounts, deployments }: Loaded,
  stacks: readonly SynthesisedStack[],
): SynthesisedStack[] =>
  stacks.filter(
    ({ environment, component }) =>
      deployments.some((deployment) => deployment.environment.name === environment) ||
      (environment === 'bootstrap' && accounts.some(({ name }) => name === component)),
  );

export const onAws = ({ deployments }: ReportData): AwsDeployment[] => deployments.filter(isAws);

export const stacksOf = ({ stacks }: ReportData, environment: string): SynthesisedStack[] =>
  stacks.filter((stack) => stack.environment === environment);
