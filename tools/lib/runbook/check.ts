import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backupLogin, roles, serviceRoleNames, viewerLogin } from '../../../app/src/contract';
import { checkCommand } from './check-command';
import { checkDecisions } from './check-decisions';
import { checkRisk } from './check-risk';
import type { Known } from './known';
import type { ParsedRunbook, Runbook } from './runbook';
import { commandsOf } from './shell';
import type { Step } from './steps';

/** Days after which a drill says little about today (service.md's convention for recovery exercises). */
export const drillDays = 90;

export interface CheckResult {
  /** What has to be mended. */
  readonly problems: readonly string[];
  /** What grows old. Problems where `strict`. */
  readonly warnings: readonly string[];
  /** Runbooks that nobody can drill outside AWS. */
  readonly awsOnly: readonly string[];
}

/**
 * Holds runbooks against what there is. Reads, and runs nothing.
 *
 * @param today day that drills are measured against, such as 2026-11-21
 */
export function checkRunbooks(parsed: readonly ParsedRunbook[], known: Known, today: string): CheckResult {
  const runbooks = parsed.flatMap(({ runbook }) => (runbook ? [runbook] : []));
  return {
    problems: [
      ...parsed.flatMap(({ problems }) => problems),
      ...leadProblems(runbooks, known),
      ...runbooks.flatMap((runbook) => [
        ...runbook.steps.flatMap((step) => stepProblems(runbook, step, known)),
        ...checkDecisions(runbook).map(({ line, text }) => `${runbook.file}:${line} ${text}`),
        ...nameProblems(runbook, known),
        ...linkProblems(runbook),
        ...ownerProblems(runbook, known),
      ]),
    ],
    warnings: runbooks.flatMap((runbook) => drillWarnings(runbook, today)),
    awsOnly: runbooks.filter(onlyAws).map(({ name }) => name),
  };
}

const onlyAws = ({ lastDrill, drill }: Runbook): boolean => lastDrill === 'never' && drill === 'aws';

function leadProblems(runbooks: readonly Runbook[], { leads }: Known): string[] {
  const names = new Set(runbooks.map(({ name }) => name));
  const led = new Set(leads.map(({ runbook }) => runbook));
  const unled = runbooks.filter(({ name, occasion }) => !led.has(name) && occasion === 'alert');
  return [
    ...new Set(
      leads
        .filter(({ runbook }) => runbook === undefined || !names.has(runbook))
        .map(({ what, runbook }) =>
          runbook ? `${what} leads to runbooks/${runbook}.md, which is missing` : `${what} names no runbook`,
        ),
    ),
    ...unled.map(
      ({ file }) =>
        `${file}: no alert and no alarm leads to it; where people start it themselves, say so: occasion: disaster or routine`,
    ),
  ];
}

function stepProblems({ file }: Runbook, step: Step, known: Known): string[] {
  const functions = new Set(
    [...step.script.matchAll(/^\s*(\w+)\(\) *\{/gm)].map((match) => match[1] as string),
  );
  const commands = commandsOf(step.script);
  const at = (line: number) => `${file}:${step.line + 1 + line} step ${step.name}`;
  const risk = checkRisk(step, known.commandLine, functions).map(({ line, text }) => `${at(line)} ${text}`);
  const named = commands.flatMap((command, index) => {
    const place = at(command.line);
    return [
      ...checkCommand(command, known, functions).map((problem) => `${place} ${problem}`),
      ...searchedMetric(command.words, commands[index - 1]?.words, known).map(
        (problem) => `${place} ${problem}`,
      ),
      ...queried(command.words, known).map((problem) => `${place} ${problem}`),
    ];
  });
  return [...named, ...risk];
}

/** `curl …/metrics | grep PATTERN`: the pattern begins with a metric, or a part of its name. */
function searchedMetric(
  words: readonly string[],
  before: readonly string[] | undefined,
  { metrics }: Known,
): string[] {
  if (words[0] !== 'grep' || !before?.some((word) => word.endsWith('/metrics'))) return [];
  const pattern = words.slice(1).find((word) => !word.startsWith('-')) ?? '';
  const name = /^\^?([a-z_]+)/.exec(pattern)?.[1] ?? '';
  return [...metrics].some((metric) => metric.includes(name))
    ? []
    : [`looks for the metric "${name}", which nothing exports`];
}

/** `--data-urlencode 'query=EXPRESSION'`: the series in it. */
function queried(words: readonly string[], { metrics }: Known): string[] {
  const expression = words.find((word) => word.startsWith('query='))?.slice('query='.length);
  return expression === undefined ? [] : missingSeries(expression, metrics);
}

/** Names in an expression that are no series, function, keyword or label. */
function missingSeries(expression: string, metrics: ReadonlySet<string>): string[] {
  const bare = expression
    .replace(/\{[^}]*\}/g, '{')
    .replace(/"[^"]*"/g, '')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '')
    .replace(/\[[^\]]*\]/g, '');
  const names = [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map((match) => match[0]);
  const words = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan']);
  return names
    .filter((name) => !metrics.has(name) && !words.has(name.toLowerCase()) && !/^\d/.test(name))
    .map((name) => `asks for the series "${name}", which nothing exports`);
}

/** Everything called holdfast_…, wherever it stands in the text. */
const nameProblems = ({ file, text }: Runbook, { metrics }: Known): string[] =>
  [...text.matchAll(/\bholdfast_[a-z_]+\b/g)]
    .filter(([name], index, all) => all.findIndex((other) => other[0] === name) === index)
    .filter(([name]) => !metrics.has(name) && !logins.includes(name))
    .map(
      (match) => `${file}:${lineOf(text, match.index)} names the metric ${match[0]}, which nothing exports`,
    );

/** Not metrics, though they look so. */
const logins: readonly string[] = [
  'holdfast_owner',
  viewerLogin.databaseUser,
  backupLogin.databaseUser,
  ...serviceRoleNames.map((role) => roles[role].databaseUser),
];

const linkProblems = ({ file, text }: Runbook): string[] =>
  [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
    .filter((match) => !existsSync(resolve(dirname(file), match[1] as string)))
    .map((match) => `${file}:${lineOf(text, match.index)} links to ${match[1]}, which is missing`);

const ownerProblems = ({ file, owner }: Runbook, { owners }: Known): string[] =>
  owners.has(owner)
    ? []
    : [
        `${file}: front matter, owner: "${owner}" answers for nothing; tags.owner of environments and accounts say ${[...owners].join(', ')}`,
      ];

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

function drillWarnings({ file, lastDrill, drill }: Runbook, today: string): string[] {
  if (lastDrill === 'never') return drill === 'aws' ? [] : [`${file} was never drilled`];
  const age = Math.floor((Date.parse(today) - Date.parse(lastDrill)) / 86_400_000);
  return age > drillDays ? [`${file} was drilled ${age} days ago; drills are good for ${drillDays}`] : [];
}
