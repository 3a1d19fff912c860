import type { Status, Verdict } from '../engine/model';
import { style } from './style';
import { byFramework, conclusion, countOf, excuse, references, statuses, type Told, told } from './words';

const titles: Readonly<Record<Status, string>> = {
  fail: 'What fails',
  waived: 'What is waived',
  pass: 'What passes',
  'not applicable': 'What is not applicable',
};

/** A page of its own: no script, nothing loaded from elsewhere; light or dark as the reader's system is. */
export function htmlReport(verdicts: readonly Verdict[]): string {
  const names = verdicts.map(({ environment }) => environment);
  const title = `Gates of ${names.join(', ')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${escaped(title)}</h1><p>${escaped(verdicts[0]?.today ?? '')}. Judged from the infrastructure’s definition, not from a running account. Controls are cited by number, in words of our own.</p></header>
<nav aria-label="Environments"><ul>${names.map((name) => `<li><a href="#${name}">${escaped(name)}</a></li>`).join('')}</ul></nav>
<main>
${verdicts.map(section).join('\n')}
</main>
</body>
</html>
`;
}

function section(verdict: Verdict): string {
  const { environment } = verdict;
  const lists = statuses.map((status) => {
    const all = told(verdict, status);
    if (all.length === 0) return '';
    return `<h3 id="${environment}-${status.replace(' ', '-')}">${titles[status]} (${all.length})</h3>${all.map(entry).join('\n')}`;
  });
  const remarks = [...verdict.unknown.map((one) => `not judged: ${one}`), ...verdict.warnings];
  return `<section id="${environment}" aria-labelledby="${environment}-title"><h2 id="${environment}-title">${escaped(environment)}</h2>
<p>${escaped(conclusion(verdict))}. A list below has a line for each evaluator; one serves several gates.</p>
${frameworksTable(verdict)}
${remarks.length > 0 ? `<ul>${remarks.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>` : ''}
${lists.filter(Boolean).join('\n')}</section>`;
}

function frameworksTable(verdict: Verdict): string {
  const numbers = ['controls', 'gates', 'fail', 'waived', 'pass', 'not applicable'];
  const rows = byFramework(verdict).map(({ framework, results, controls }) => {
    const counts = [
      controls,
      results.length,
      ...(['fail', 'waived', 'pass', 'not applicable'] as const).map((status) => countOf(results, status)),
    ];
    return `<tr><th scope="row">${escaped(framework.name)}, ${escaped(framework.edition)}</th>${counts.map((count) => `<td class="number">${count}</td>`).join('')}</tr>`;
  });
  return `<div class="scroll" role="region" tabindex="0" aria-label="Frameworks of ${escaped(verdict.environment)}"><table><thead><tr><th scope="col">framework</th>${numbers.map((name) => `<th scope="col" class="number">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function entry({ status, severity, title, why, remedy, reason, findings, gates, evaluatorId }: Told): string {
  const shown = status === 'pass' ? findings : findings.filter(({ verdict }) => verdict === 'fail');
  const rows = shown.map(
    (finding) =>
      `<tr><td><code>${escaped(`${finding.stack}/${finding.address}`)}</code></td><td>${escaped(finding.observed)}</td><td>${escaped([finding.verdict, excuse(finding)].filter(Boolean).join(', '))}</td></tr>`,
  );
  const table =
    rows.length > 0
      ? `<table><thead><tr><th scope="col">resource</th><th scope="col">observed</th><th scope="col">verdict</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
      : '';
  const kind = status === 'not applicable' ? 'none' : status;
  return `<details${status === 'fail' ? ' open' : ''}><summary><b class="${kind}">${status}</b> ${escaped(title)} <span class="references">${severity}, <code>${evaluatorId}</code></span></summary>
<p>${escaped(why)} Remedy: ${escaped(remedy)}</p>${reason ? `<p>${escaped(reason)}</p>` : ''}${table}<p class="references">${escaped(references(gates))}</p></details>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
