import type { PortName, RoleName, Settings } from '../../contract';
import type { Cache } from '../cache';
import type { Database } from '../database';
import type { Health } from '../health';
import type { Environment, LoadedSettings, LocatedProblem } from '../settings';

/** In the order in which they are shown. */
export const diagnosticCategories = [
  'runtime',
  'dependencies',
  'database',
  'cache',
  'resources',
  'files',
  'configuration',
  'components',
  'compliance',
  'security',
  'ports',
  'build',
] as const;
export type DiagnosticCategory = (typeof diagnosticCategories)[number];

/** What one look at one thing found. What doesn't pass says what to do. */
export type Finding =
  | { readonly verdict: 'pass'; readonly name: string; readonly message: string }
  | {
      readonly verdict: 'warn' | 'fail';
      readonly name: string;
      readonly message: string;
      readonly remedy: string;
    };
export type Verdict = Finding['verdict'];

export const pass = (name: string, message: string): Finding => ({ verdict: 'pass', name, message });
export const warn = (name: string, message: string, remedy: string): Finding => ({
  verdict: 'warn',
  name,
  message,
  remedy,
});
export const fail = (name: string, message: string, remedy: string): Finding => ({
  verdict: 'fail',
  name,
  message,
  remedy,
});

/** The parts of a running service that can be looked at from inside. */
export interface DiagnosedService {
  readonly role: RoleName;
  readonly loaded: LoadedSettings;
  readonly database: Database;
  readonly cache: Cache;
  readonly health: Health;
  /** The ports it listens on. */
  readonly ports: { readonly management: number; readonly public?: number };
}

export interface DiagnosticsContext {
  /** Variables of the process. */
  readonly env: Environment;
  /** Absent on the command line: then the settings come from `env`, and connections are made for the purpose. */
  readonly service?: DiagnosedService;
  /** Whose logins are tried on the command line; default gateway, in the tier `local` all. */
  readonly role?: RoleName;
  /** Default: the contract's. */
  readonly ports?: Readonly<Record<PortName, number>>;
  /** Milliseconds for one category, default 5000. */
  readonly timeoutMs?: number;
  /** Today; default: the system's. */
  readonly today?: Date;
}

/** What a category looks at. */
export interface Subject {
  readonly context: DiagnosticsContext;
  readonly role: RoleName;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly today: Date;
  /** Nothing where the settings are not valid; `problems` says why. */
  readonly loaded: LoadedSettings | undefined;
  readonly settings: Settings | undefined;
  readonly problems: readonly LocatedProblem[];
}

/** Looks at one category. May throw: the runner makes a failure of it. */
export type Diagnostic = (subject: Subject) => Promise<readonly Finding[]> | readonly Finding[];

export interface CategoryReport {
  readonly category: DiagnosticCategory;
  readonly verdict: Verdict;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}
export interface DiagnosticsReport {
  readonly version: string;
  /** ISO time. */
  readonly at: string;
  /** The worst of all. */
  readonly verdict: Verdict;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly categories: readonly CategoryReport[];
}

/** Stands for a category that needs settings, and has none. */
export const withoutSettings = (name: string): readonly Finding[] => [
  warn(name, 'not looked at: the settings are not valid', 'Mend what "configuration" lists first.'),
];
