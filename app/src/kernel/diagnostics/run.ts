import { ports as contractPorts } from '../../contract';
import { causeOf, systemClock, within } from '../health/clock';
import { type LoadedSettings, readSettings } from '../settings';
import { version } from '../version';
import { build } from './categories/build';
import { cache } from './categories/cache';
import { compliance } from './categories/compliance';
import { components } from './categories/components';
import { configuration } from './categories/configuration';
import { database } from './categories/database';
import { dependencies } from './categories/dependencies';
import { files } from './categories/files';
import { ports } from './categories/ports';
import { resources } from './categories/resources';
import { runtime } from './categories/runtime';
import { security } from './categories/security';
import {
  type CategoryReport,
  type Diagnostic,
  type DiagnosticCategory,
  type DiagnosticsContext,
  type DiagnosticsReport,
  diagnosticCategories,
  type Finding,
  fail,
  type Subject,
  type Verdict,
} from './types';

const diagnostics: Record<DiagnosticCategory, Diagnostic> = {
  runtime,
  dependencies,
  database,
  cache,
  resources,
  files,
  configuration,
  components,
  compliance,
  security,
  ports,
  build,
};

const defaultTimeoutMs = 5000;

/**
 * Looks at everything, in parallel. Never rejects: what goes wrong, or takes too long, is a finding.
 *
 * @param replaced other diagnostics in place of the own ones, for tests
 */
export async function runDiagnostics(
  context: DiagnosticsContext,
  replaced: Partial<Record<DiagnosticCategory, Diagnostic>> = {},
): Promise<DiagnosticsReport> {
  const subject = subjectOf(context);
  const timeoutMs = context.timeoutMs ?? defaultTimeoutMs;
  const all = { ...diagnostics, ...replaced };
  const categories = await Promise.all(
    diagnosticCategories.map((category) => runOne(category, all[category], subject, timeoutMs)),
  );
  const verdicts = categories.flatMap(({ findings }) => findings.map(({ verdict }) => verdict));
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
  return {
    version,
    at: subject.today.toISOString(),
    verdict: worst(verdicts),
    counts: { pass: count('pass'), warn: count('warn'), fail: count('fail') },
    categories,
  };
}

function subjectOf(context: DiagnosticsContext): Subject {
  let loaded: LoadedSettings | undefined = context.service?.loaded;
  const outcome = loaded ? undefined : readSettings(context.env);
  if (outcome?.ok) loaded = outcome;
  const local = loaded?.settings.HOLDFAST_TIER === 'local';
  return {
    context,
    role: context.service?.role ?? context.role ?? (local ? 'all' : 'gateway'),
    ports: context.ports ?? contractPorts,
    today: context.today ?? new Date(),
    loaded,
    settings: loaded?.settings,
    problems: outcome && !outcome.ok ? outcome.problems : [],
  };
}

async function runOne(
  category: DiagnosticCategory,
  diagnostic: Diagnostic,
  subject: Subject,
  timeoutMs: number,
): Promise<CategoryReport> {
  const started = performance.now();
  const looked = (async () => diagnostic(subject))().catch((error: unknown): readonly Finding[] => [
    fail(category, `could not be looked at: ${causeOf(error)}`, 'This is a defect of Holdfast: report it.'),
  ]);
  const outcome = await within(looked, timeoutMs, systemClock);
  const findings = outcome.done
    ? outcome.value
    : [fail(category, `took more than ${timeoutMs} ms`, 'See whether what it asks is stalled; try again.')];
  const verdict = worst(findings.map((finding) => finding.verdict));
  return { category, verdict, durationMs: Math.round(performance.now() - started), findings };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('warn') ? 'warn' : 'pass';
}

/** 0 when nothing fails; with `strict` a warning fails too. */
export const diagnosticsExitCode = (report: DiagnosticsReport, strict = false): 0 | 1 =>
  report.verdict === 'fail' || (strict && report.verdict === 'warn') ? 1 : 0;
