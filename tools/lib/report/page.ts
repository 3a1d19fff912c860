import { createHash } from 'node:crypto';
import { everyAlert } from '../../../constructs/observability/every-alert';
import { usd } from '../cost/report';
import { managed } from '../summary';
import type { ReportData, Section } from './data';
import { Html, html, markupOf, whole } from './html';
import { script } from './script';
import { alerts } from './sections/alerts';
import { attention } from './sections/attention';
import { contracts } from './sections/contracts';
import { cost } from './sections/cost';
import { environments } from './sections/environments';
import { gates } from './sections/gates';
import { resources } from './sections/resources';
import { runbooks } from './sections/runbooks';
import { service } from './sections/service';
import { stacks } from './sections/stacks';
import { versions } from './sections/versions';
import { style } from './style';

const order = [
  attention,
  environments,
  stacks,
  contracts,
  service,
  cost,
  gates,
  alerts,
  runbooks,
  versions,
  resources,
] as const;

/** The whole report as one file: the browser is told to load nothing, and to run no script but the page's own. */
export function reportPage(data: ReportData): string {
  const sections = order.map((section) => section(data));
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  return markupOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Holdfast: report of ${data.today}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header><h1>Holdfast</h1>
<p>What is synthesised, on ${data.today}${data.commit ? html`, at commit <code>${data.commit.slice(0, 12)}</code>` : undefined}.</p>
${figures(data)}</header>
${searchForm}
<nav aria-label="Contents"><ul>
${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ul></nav>
<main id="main" tabindex="-1">
${sections.map(sectionPart)}</main>
<script>${new Html(script)}</script>
</body>
</html>
`);
}

/** Numbers that people ask for first. */
function figures(data: ReportData): Html {
  const dollars = data.estimates.reduce((sum, { estimate }) => sum + estimate.usd, 0);
  const all: readonly (readonly [string, string | number])[] = [
    ['environments', data.deployments.length],
    ['stacks', data.stacks.length],
    ['resources', whole(data.stacks.reduce((sum, stack) => sum + managed(stack), 0))],
    ['USD a month', usd(dollars)],
    ...(data.gates
      ? ([['gates that fail', data.gates.reduce((sum, { fail }) => sum + fail, 0)]] as const)
      : []),
    ['alerts', everyAlert.reduce((sum, group) => sum + group.alerts.length, 0)],
    ['runbooks', data.runbooks.length],
  ];
  return html`<dl>${all.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

/** Shown by the script, because nothing searches without it. */
const searchForm = html`<form role="search" hidden><label for="search">Search all sections</label>
<input id="search" type="search" autocomplete="off" spellcheck="false" aria-describedby="search-help">
<p id="search-help"><kbd>/</kbd> goes here, <kbd>Enter</kbd> to the first row that was found, <kbd>Esc</kbd> shows everything again.</p>
<p id="found" role="status"></p></form>`;

const sectionPart = ({ id, title, lead, body }: Section): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><details open><summary><h2 id="${id}-title">${title}</h2></summary>
<p class="lead">${lead}</p>
${body}</details></section>
`;
