import { z } from 'zod';

/** The parts of a runbook that somebody who was just called looks for, in their order. */
export const sections = ['Symptom', 'Impact', 'Diagnose', 'Mitigate', 'Verify', 'Follow-up'] as const;
export type Section = (typeof sections)[number];

/**
 * What a step can break. none: it only reads. low: one command takes it back, and no user notices. medium: users may notice, or
 * the way back takes work. high: data, money or security are at stake, or there is no way back.
 */
export const risks = ['none', 'low', 'medium', 'high'] as const;
export type Risk = (typeof risks)[number];

/** Whether a person types a name before it is done, rather than y. */
export const asksForName = (all: readonly (Risk | undefined)[]): boolean =>
  all.some((risk) => risk !== 'none' && risk !== 'low');

/** A fenced block of shell that has a name, in the way of runme: ```sh {"name":"show-pods","risk":"none"}. */
export interface Step {
  readonly name: string;
  readonly section: Section | undefined;
  readonly script: string;
  /** Undefined where the file says none, or one that there isn't. That is a problem of its own. */
  readonly risk: Risk | undefined;
  /** What shows that it worked, and where to go from what else it may show. Empty where nothing says it. */
  readonly expected: string;
  /** How it is taken back, or why it isn't. Undefined where nothing says it. */
  readonly undo: string | undefined;
  /** Of its first line in the file, counted from 1. */
  readonly line: number;
  /** Of the last line that belongs to it: of Undo, of Expect, or of the block. */
  readonly lastLine: number;
}

/** A step as it was read, with what its shape lacks, each with its line. */
export interface ReadStep {
  readonly step: Step;
  readonly problems: readonly { readonly line: number; readonly text: string }[];
}

// runme keeps attributes that it doesn't know, and so do we: "risk" is ours, "interactive" would be its own.
const attributesSchema = z.looseObject({ name: z.string().regex(/^[a-z][a-z0-9-]*$/) });

/** All steps of a runbook's text. */
export function stepsOf(text: string): ReadStep[] {
  const lines = text.split('\n');
  const found: ReadStep[] = [];
  let section: Section | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as string;
    const heading = /^## (.+)$/.exec(line)?.[1];
    if (heading) section = sections.find((known) => known === heading);
    const info = /^```(?:sh|bash|shell)\b(.*)$/.exec(line)?.[1];
    if (info === undefined) continue;
    const end = lines.findIndex((each, index) => index > at && each.startsWith('```'));
    found.push(readStep(lines, { at, end: end < 0 ? lines.length : end, info, section }));
    at = end < 0 ? lines.length : end;
  }
  return found;
}

interface Block {
  /** Index of its first line. */
  readonly at: number;
  /** Index of the line that closes it. */
  readonly end: number;
  readonly info: string;
  readonly section: Section | undefined;
}

function readStep(lines: readonly string[], { at, end, info, section }: Block): ReadStep {
  const attributes = attributesOf(info);
  const risk = risks.find((known) => known === attributes?.risk);
  const first = paragraph(lines, end + 1);
  const expect = after('Expect: ', first.text);
  const second = expect === undefined ? first : paragraph(lines, first.next);
  const undo = after('Undo: ', second.text);
  const step: Step = {
    name: attributes?.name ?? '',
    section,
    script: lines.slice(at + 1, end).join('\n'),
    risk,
    expected: expect ?? '',
    undo,
    line: at + 1,
    lastLine: (undo === undefined ? (expect === undefined ? end : first.next - 1) : second.next - 1) + 1,
  };
  const problems: { line: number; text: string }[] = [];
  const say = (line: number, problem: string) => problems.push({ line: line + 1, text: problem });
  if (!attributes) say(at, 'must name the step: ```sh {"name":"show-pods","risk":"none"}');
  else {
    const called = `step ${attributes.name}`;
    if (risk === undefined) say(at, `${called} ${riskProblem(attributes.risk)}`);
    if (expect === undefined)
      say(
        end,
        `${called} has no paragraph beginning with "Expect: " directly below: say what shows that it worked`,
      );
    if (undo === undefined && risk !== undefined && risk !== 'none')
      say(
        end,
        `${called} has the risk ${risk} and no paragraph beginning with "Undo: " below Expect: give the command, or "none: " and why`,
      );
    // Of what is done in parts, one may have no way back: none for the database; the rest by …
    if (undo !== undefined && /^none\b(?!: \S| (for|of) )/.test(undo))
      say(end, `${called} cannot be undone, and does not say why: write "Undo: none: " and the reason`);
  }
  return { step, problems };
}

const riskProblem = (given: unknown): string =>
  given === undefined
    ? 'says no risk: add "risk":"none" (it only reads), "low", "medium" or "high" behind its name'
    : `has the risk ${JSON.stringify(given)}; there are ${risks.join(', ')}`;

function attributesOf(info: string): z.infer<typeof attributesSchema> | undefined {
  try {
    const result = attributesSchema.safeParse(JSON.parse(info));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** The paragraph at or below a line, and the index of the line behind it. */
function paragraph(lines: readonly string[], from: number): { text: string; next: number } {
  let at = from;
  while (at < lines.length && lines[at] === '') at += 1;
  const began = at;
  while (at < lines.length && lines[at] !== '') at += 1;
  return { text: lines.slice(began, at).join(' '), next: at };
}

const after = (label: string, text: string): string | undefined =>
  text.startsWith(label) && text.length > label.length ? text.slice(label.length) : undefined;
