import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';

const level = z.enum(['low', 'medium', 'high']);

/** A time as people say it, such as 15 minutes. */
const span = z
  .string()
  .regex(/^[1-9]\d* (seconds|minutes|hours)$/, 'must be a time such as 15 minutes, or 5 hours');

/** What stands above a runbook's text. */
const frontMatterSchema = z.strictObject({
  title: z.string().min(1),
  /** How bad the situation is. */
  severity: level,
  owner: z.string().min(1),
  /** How much the steps of Mitigate can break. */
  risk: level,
  /** Longest time until all is well again that is aimed at. Default: nobody has promised one. */
  'rto target': span.optional(),
  /** Longest time whose writes may be lost. Default: nobody has promised one. */
  'rpo target': span.optional(),
  /** Day of the last drill, such as 2026-11-21. */
  /**
   * What brings somebody here. alert: something fires that names it; disaster: people see it themselves; routine: planned
   * work. Default: alert.
   */
  occasion: z.enum(['alert', 'disaster', 'routine']).default('alert'),
  /** Where it can be drilled. aws: nowhere else; the text says why, after "Never drilled: ". Default: local. */
  drill: z.enum(['local', 'aws']).default('local'),
  'last drill': z
    .string()
    .refine(
      (day) => day === 'never' || z.iso.date().safeParse(day).success,
      'must be a day such as 2026-11-21, or never',
    ),
  // What the last drill measured (tools/lib/drill/record.ts writes it).
  /** From the fault until the service showed it. */
  detection: z.string().optional(),
  /** Recovery time: from the fault until all was well. */
  rto: z.string().optional(),
  /** Longest time without an accepted event. */
  interruption: z.string().optional(),
  /** Acknowledged events that did not come back: the recovery point, counted. */
  lost: z.string().optional(),
});

/** The parts that somebody who was just called looks for, in their order. */
const sections = ['Symptom', 'Impact', 'Diagnose', 'Mitigate', 'Verify', 'Follow-up'] as const;
export type Section = (typeof sections)[number];

/** A fenced block of shell that has a name, in the way of runme: ```sh {"name":"show-pods"}. */
export interface Step {
  readonly name: string;
  readonly section: Section | undefined;
  readonly script: string;
  /** Of its first line in the file, counted from 1. */
  readonly line: number;
}

export interface Runbook {
  /** File name without its ending. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly title: string;
  readonly severity: z.infer<typeof level>;
  readonly owner: string;
  readonly risk: z.infer<typeof level>;
  readonly 'rto target'?: string | undefined;
  readonly 'rpo target'?: string | undefined;
  readonly occasion: 'alert' | 'disaster' | 'routine';
  readonly drill: 'local' | 'aws';
  readonly lastDrill: string;
  /** By the last drill; undefined where none measured anything. */
  readonly measured:
    | Partial<Readonly<Record<'detection' | 'rto' | 'interruption' | 'lost', string>>>
    | undefined;
  readonly steps: readonly Step[];
}

export type ParsedRunbook =
  | { readonly runbook: Runbook; readonly problems: readonly string[] }
  | { readonly runbook?: undefined; readonly problems: readonly string[] };

/** Names of all runbooks in a folder. */
export const runbookNames = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.md') && file !== 'README.md')
        .map((file) => file.slice(0, -'.md'.length))
        .sort()
    : [];

export const readRunbook = (folder: string, name: string): ParsedRunbook =>
  parseRunbook(name, join(folder, `${name}.md`), readFileSync(join(folder, `${name}.md`), 'utf8'));

/** Reads a runbook, with all that is wrong about its shape, each with its place. */
export function parseRunbook(name: string, file: string, text: string): ParsedRunbook {
  const matter = /^---\n([\s\S]*?)\n---\n/.exec(text);
  if (!matter) return { problems: [`${file}:1 must begin with front matter between two lines of ---`] };
  const front = frontMatter(matter[1] as string, file);
  const steps = stepsOf(text);
  const problems = [
    ...front.problems,
    ...sectionProblems(text, file),
    ...steps.flatMap(({ step, problem }) => (problem ? [`${file}:${step.line} ${problem}`] : [])),
    ...repeated(steps.map(({ step }) => step)).map(
      ({ name: twice, line }) => `${file}:${line} names the step "${twice}" a second time`,
    ),
  ];
  if (!front.values) return { problems };
  const { 'last drill': lastDrill, detection, rto, interruption, lost, ...rest } = front.values;
  const measured = rto === undefined ? undefined : { detection, rto, interruption, lost };
  problems.push(...startedByPeople(front.values.occasion, text, file));
  if (lastDrill !== 'never' && /^Never drilled\b/m.test(text))
    problems.push(`${file}: says "Never drilled", and that its last drill was on ${lastDrill}`);
  if (front.values.drill === 'aws' && lastDrill === 'never' && !/^Never drilled: \S/m.test(text))
    problems.push(
      `${file}: drill is aws, but no line beginning with "Never drilled: " says why nowhere else`,
    );
  return {
    problems,
    runbook: { ...rest, name, file, text, lastDrill, measured, steps: steps.map(({ step }) => step) },
  };
}

function frontMatter(
  yaml: string,
  file: string,
): { values?: z.infer<typeof frontMatterSchema>; problems: string[] } {
  try {
    const result = frontMatterSchema.safeParse(parseYaml(yaml, { schema: 'core' }));
    if (result.success) return { values: result.data, problems: [] };
    return {
      problems: result.error.issues.map(
        ({ path, message }) =>
          `${file}: front matter${path.length > 0 ? `, ${path.join('.')}` : ''}: ${message}`,
      ),
    };
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    return { problems: [`${file}: front matter is no YAML: ${error.message.split('\n')[0]}`] };
  }
}

function sectionProblems(text: string, file: string): string[] {
  const found = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  const problems: string[] = [];
  if (found.join() !== sections.join())
    problems.push(
      `${file}: its sections must be ${sections.join(', ')}; they are ${found.join(', ') || 'none'}`,
    );
  const mitigate = text.split('\n## Mitigate\n')[1]?.split('\n## ')[0];
  if (mitigate !== undefined && !/\bUndo: /.test(mitigate))
    problems.push(`${file}: Mitigate must say how its steps are undone, after "Undo: "`);
  return problems;
}

/** Where no alert ends, somebody has to know when to stop, and whom to wake. */
function startedByPeople(occasion: Runbook['occasion'], text: string, file: string): string[] {
  if (occasion === 'alert') return [];
  return [
    ...(/^Stop when /m.test(text) ? [] : [`${file}: no line beginning with "Stop when " says when to stop`]),
    ...(text.includes('](../docs/incidents.md')
      ? []
      : [`${file}: nothing links to docs/incidents.md, which says whom to tell`]),
  ];
}

function stepsOf(text: string): { step: Step; problem?: string }[] {
  const lines = text.split('\n');
  const found: { step: Step; problem?: string }[] = [];
  let section: Section | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as string;
    const heading = /^## (.+)$/.exec(line)?.[1];
    if (heading) section = sections.find((known) => known === heading);
    const info = /^```(?:sh|bash|shell)\b(.*)$/.exec(line)?.[1];
    if (info === undefined) continue;
    const end = lines.findIndex((each, index) => index > at && each.startsWith('```'));
    const name = /^ \{"name":"([a-z][a-z0-9-]*)"(?:,"risk":"(?:none|low|medium|high)")?\}$/.exec(info)?.[1];
    found.push({
      step: { name: name ?? '', section, script: lines.slice(at + 1, end).join('\n'), line: at + 1 },
      problem: name ? undefined : 'must name the step: ```sh {"name":"show-pods"}',
    });
    at = end < 0 ? lines.length : end;
  }
  return found;
}

const repeated = (steps: readonly Step[]): Step[] =>
  steps.filter(({ name }, index) => name && steps.findIndex((other) => other.name === name) < index);
