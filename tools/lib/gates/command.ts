import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../../constructs/core/errors';
import { load } from '../../../environments';
import type { LoadedEnvironments } from '../../../environments/load';
import { evaluate, frameworks, type Gate, gates, type Verdict, type Waiver } from '../../../gates';
import { evidence, evidenceMarkdown } from '../../../gates/report/evidence';
import { htmlReport } from '../../../gates/report/html';
import { jsonReport } from '../../../gates/report/json';
import { markdownReport } from '../../../gates/report/markdown';
import { sarifReport } from '../../../gates/report/sarif';
import { textReport } from '../../../gates/report/text';
import { waivers } from '../../../gates/waivers';
import { closest } from '../plan/select';
import { paint, table } from '../terminal';
import { environmentsToJudge, type ToJudge } from './environments';
import { planned } from './plan-file';

const usage =
  'Use: npm run gates -- ENV… [--framework NAME] [--json|--sarif|--html|--markdown] [--out DIR] [--plan FILE]';

/** What tests put in place of the product's own. */
export interface GatesOptions {
  readonly load?: () => LoadedEnvironments;
  readonly today?: string;
  readonly waivers?: readonly Waiver[];
  readonly print?: (text: string) => void;
}

const formats = {
  json: jsonReport,
  sarif: sarifReport,
  html: htmlReport,
  markdown: markdownReport,
} as const;
type Format = keyof typeof formats;

/** What `npm run gates` does. Returns 0 where nothing fails; throws what is wrong with the question, as sentences. */
export async function gatesCommand(args: readonly string[], options: GatesOptions = {}): Promise<number> {
  const { names, framework, format, out, plan } = parse(args);
  const judged = selectGates(framework);
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  const all = environmentsToJudge((options.load ?? load)(), names);
  if (!all) return 1;
  const environments = plan ? [planned(all, plan)] : all;
  const verdicts = environments.map(({ facts, stacks }: ToJudge) =>
    evaluate(facts, stacks, judged, { today, waivers: options.waivers ?? waivers }),
  );
  const print = options.print ?? ((text: string) => process.stdout.write(text));
  if (out) write(out, verdicts, judged);
  if (format) print(formats[format](verdicts));
  else print(`${verdicts.map((verdict) => textReport(verdict, paint, table)).join('\n\n')}\n`);
  if (out && !format)
    print(`\n${paint('dim', `→ ${out}/report.html, report.md, report.json, report.sarif, evidence/`)}\n`);
  return verdicts.some(({ results }) => results.some(({ status }) => status === 'fail')) ? 1 : 0;
}

function parse(args: readonly string[]) {
  const toggle = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...{ json: toggle, sarif: toggle, html: toggle, markdown: toggle },
      framework: { type: 'string' },
      out: { type: 'string' },
      plan: { type: 'string' },
    },
    allowPositionals: true,
  });
  const asked = (Object.keys(formats) as Format[]).filter((format) => values[format]);
  if (positionals.length === 0) throw new Error(`which environment? ${usage}`);
  if (asked.length > 1) throw new Error(`--${asked.join(' and --')}: one at a time. ${usage}`);
  if (values.plan && positionals.length > 1) {
    throw new Error(`--plan is of one environment, not of ${positionals.join(', ')}. ${usage}`);
  }
  const { framework, out, plan } = values;
  return { names: positionals, framework, format: asked[0], out, plan };
}

function selectGates(framework: string | undefined): readonly Gate[] {
  if (framework === undefined) return gates;
  const ids = frameworks.map(({ id }) => id);
  if (ids.includes(framework)) return gates.filter((gate) => gate.framework.id === framework);
  const close = closest(framework, ids);
  throw new ConfigurationError([
    `there is no framework "${framework}": ${close ? `did you mean ${close}?` : `they are ${ids.join(', ')}`}`,
  ]);
}

/** Every format, and an evidence pack for each framework and environment. */
function write(out: string, verdicts: readonly Verdict[], judged: readonly Gate[]): void {
  mkdirSync(join(out, 'evidence'), { recursive: true });
  const endings: Readonly<Record<Format, string>> = {
    json: 'json',
    sarif: 'sarif',
    html: 'html',
    markdown: 'md',
  };
  for (const [format, ending] of Object.entries(endings)) {
    writeFileSync(join(out, `report.${ending}`), formats[format as Format](verdicts));
  }
  for (const framework of new Set(judged.map((gate) => gate.framework))) {
    for (const verdict of verdicts) {
      const path = join(out, 'evidence', `${framework.id}-${verdict.environment}`);
      writeFileSync(`${path}.json`, `${JSON.stringify(evidence(verdict, framework), undefined, 2)}\n`);
      writeFileSync(`${path}.md`, evidenceMarkdown(verdict, framework));
    }
  }
}
