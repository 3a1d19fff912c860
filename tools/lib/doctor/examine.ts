import { capacityCheck, quotasCheck } from './capacity';
import { bootstrapCheck, credentialsCheck } from './credentials';
import { type Check, type Examined, type Finding, unknown, type Verdict } from './finding';
import { toolsCheck } from './tools';

export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** What everything else is useless without: its failure ends the examination. */
const first: readonly Check[] = [toolsCheck(), credentialsCheck];
const afterwards: readonly Check[] = [bootstrapCheck, capacityCheck, quotasCheck];

/**
 * Runs every check. Without credentials of the right account the rest would repeat one failure many times, so it is left
 * out and named.
 */
export async function examine(
  examined: Examined,
  checks: { readonly first: readonly Check[]; readonly afterwards: readonly Check[] } = { first, afterwards },
): Promise<Section[]> {
  const sections: Section[] = [];
  for (const check of checks.first) sections.push(await section(check, examined));
  const blocked = sections.some(
    ({ title, findings }) => title === credentialsCheck.title && hasFailed(findings),
  );
  if (blocked) {
    return [
      ...sections,
      ...checks.afterwards.map(({ title }) => ({
        title,
        findings: [
          unknown('everything', 'not asked, without credentials of the account', 'mend the above first'),
        ],
      })),
    ];
  }
  return [...sections, ...(await Promise.all(checks.afterwards.map((check) => section(check, examined))))];
}

async function section({ title, run }: Check, examined: Examined): Promise<Section> {
  try {
    return { title, findings: await run(examined) };
  } catch (error) {
    const { name, message } = error as Error;
    const remedy = 'allow the caller to read it, then run the doctor again';
    return { title, findings: [unknown(title, `${name}: ${message}`, remedy)] };
  }
}

const hasFailed = (findings: readonly Finding[]): boolean =>
  findings.some(({ verdict }) => verdict === 'fail');

export function count(sections: readonly Section[]): Record<Verdict, number> {
  const all = sections.flatMap(({ findings }) => findings);
  const of = (verdict: Verdict) => all.filter((finding) => finding.verdict === verdict).length;
  return { pass: of('pass'), warn: of('warn'), fail: of('fail'), unknown: of('unknown') };
}
