import { z } from 'zod';
import { nameOf } from './lock';

/** A known vulnerability that is let through for a time (gates/audit-exceptions.json, gates/README.md). */
export const exceptionSchema = z.strictObject({
  advisory: z.string().regex(/^GHSA(-[0-9a-z]{4}){3}$/, 'must be an id such as GHSA-xxxx-xxxx-xxxx'),
  /** The last day on which it counts. */
  until: z.iso.date(),
  reason: z.string().min(20, 'must say in a sentence why nobody can make use of it'),
});
export type AuditException = z.infer<typeof exceptionSchema>;

const severities = ['info', 'low', 'moderate', 'high', 'critical'] as const;
type Severity = (typeof severities)[number];

/** What matters of `npm audit --json`. An item of `via` that is a text names another package of the report. */
const reportSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      nodes: z.array(z.string()),
      via: z.array(
        z.union([z.string(), z.object({ url: z.string(), title: z.string(), severity: z.enum(severities) })]),
      ),
    }),
  ),
});

export interface Verdict {
  /** Fail the audit. */
  readonly problems: readonly string[];
  /** Told, and let through. */
  readonly notes: readonly string[];
}

/** `undefined` where npm could not ask: its answer then is an error, not a report. */
export function readReport(json: string): z.infer<typeof reportSchema> | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/**
 * Any vulnerability in the image is a problem, and a high or critical one elsewhere, unless it is excepted; so is an
 * exception that has expired or is needed no more. `today` is YYYY-MM-DD.
 */
export function judge(
  report: z.infer<typeof reportSchema>,
  inImage: ReadonlySet<string>,
  exceptions: readonly AuditException[],
  today: string,
): Verdict {
  const problems: string[] = [];
  const notes: string[] = [];
  const found = new Set<string>();
  for (const { nodes, via } of Object.values(report.vulnerabilities)) {
    for (const one of via) {
      if (typeof one === 'string') continue;
      const id = one.url.split('/').pop() ?? one.url;
      found.add(id);
      const shippedNode = nodes.find((path) => inImage.has(path));
      const where = shippedNode ? 'the image' : 'development';
      const text = `${nameOf(shippedNode ?? nodes[0] ?? '')} in ${where}, ${one.severity}: ${one.title} (${one.url})`;
      const exception = exceptions.find(({ advisory }) => advisory === id);
      if (exception && exception.until >= today)
        notes.push(`${text}; until ${exception.until}: ${exception.reason}`);
      else if (exception) problems.push(`${text}; its exception ended on ${exception.until}`);
      else if (shippedNode || isGrave(one.severity)) problems.push(text);
      else notes.push(text);
    }
  }
  for (const { advisory } of exceptions) {
    if (!found.has(advisory)) problems.push(`${advisory} is not found any more: take its exception out`);
  }
  return { problems, notes };
}

const isGrave = (severity: Severity): boolean => severities.indexOf(severity) >= severities.indexOf('high');
