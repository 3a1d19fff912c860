import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { type Step, sections, stepsOf } from './steps';

export type { Step };

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
    ...steps.flatMap(({ problems: wrong }) => wrong.map((each) => `${file}:${each.line} ${each.text}`)),
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

const repeated = (steps: readonly Step[]): Step[] =>
  steps.filter(({ name }, index) => name && steps.findIndex((other) => other.name === name) < index);
