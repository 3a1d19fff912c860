import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isAws } from '../../../environments/load';
import exceptions from '../../../gates/checkov-exceptions.json';
import { type Exception, type ScannedStack, scan, unexcepted } from '../checkov';
import { plansFolder, readPlan, savedPlans } from '../plan/store';
import { commentBody, putComment } from './comment';
import { driftReport, findDrift, keepIssue } from './drift';
import { git } from './git';
import { githubOf } from './github';
import { environmentOf, type Given, needed, runUrl, synthesised } from './given';
import { goldenDiffSince } from './golden-diff';
import { addSummary, notice, setOutputs } from './job';
import { matrixOutputs, targetsOf } from './matrix';
import { goldenOf, lineIn, sarifOf } from './sarif';

export function matrix({ options }: Given): number {
  const { loaded, synthesis } = synthesised();
  const run = { id: process.env.GITHUB_RUN_ID ?? '0', attempt: process.env.GITHUB_RUN_ATTEMPT ?? '1' };
  const targets = targetsOf(loaded.deployments, synthesis.stacks, run);
  const names = loaded.deployments.filter(isAws).map(({ environment }) => environment.name);
  setOutputs(matrixOutputs(targets, names, options.only));
  if (targets.length === 0)
    notice(
      'No account lets GitHub in yet (github in environments/accounts.ts): nothing is planned or deployed.',
    );
  return 0;
}

export function golden({ options }: Given): number {
  addSummary(goldenDiffSince(needed(options.base, '--base, the commit to compare with')));
  return 0;
}

export async function comment({ words, options }: Given): Promise<number> {
  const name = needed(words[0], 'the environment');
  const file = options.file ?? join(newestPlan(name, options.plan), 'report.md');
  const url = runUrl();
  const body = commentBody({
    environment: name,
    report: readFileSync(file, 'utf8'),
    ...(options.label ? { label: options.label } : {}),
    ...(url ? { url } : {}),
  });
  addSummary(body);
  const pull = Number(needed(options.pull, '--pull, the number of the pull request'));
  console.log(`comment of ${name}: ${await putComment(githubOf(), pull, name, body)}`);
  return 0;
}

/** The newest plan that holds something of an environment. */
function newestPlan(environment: string, given: string | undefined): string {
  const folder =
    given ??
    savedPlans(plansFolder).find((one) =>
      readPlan(one).stacks.some(({ name }) => name.startsWith(`${environment}-`)),
    );
  return needed(folder, `a plan of ${environment} in ${plansFolder}`);
}

export async function drift({ words, options }: Given): Promise<number> {
  const name = environmentOf(words[0]);
  const found = findDrift(readPlan(newestPlan(name, options.plan)));
  addSummary(driftReport(name, found, runUrl()));
  const outcome = await keepIssue(githubOf(), name, found, runUrl());
  console.log(`issue of ${name}: ${outcome}`);
  return found.failed.length > 0 ? 1 : 0;
}

/** What the image is made from; anything else makes no other image. */
const imageSources = ['app', 'package.json', 'package-lock.json', '.npmrc', 'tsconfig.json'];

export function changed({ options }: Given): number {
  const base = needed(options.base, '--base, the commit before');
  // Of a new branch GitHub says zeros.
  const files = /^0+$/.test(base)
    ? ['all']
    : git('diff', '--name-only', base, 'HEAD', '--', ...imageSources).split('\n');
  setOutputs({ image: String(files.some((file) => file !== '')) });
  return 0;
}

/** What checkov finds and nothing excepts, for code scanning. */
export function sarif({ options }: Given): number {
  const { loaded, synthesis } = synthesised();
  const tierOf = (name: string) =>
    loaded.deployments.find(({ environment }) => environment.name === name)?.environment.tier;
  const stacks = synthesis.stacks.map(({ name, environment, component, json }): ScannedStack => {
    const tier = tierOf(environment);
    return {
      name,
      component: environment === 'bootstrap' ? environment : component,
      ...(tier ? { tier } : {}),
      json,
    };
  });
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-checkov-'));
  try {
    const found = unexcepted(scan(stacks, folder), exceptions as Exception[]);
    const written = sarifOf(found, (stack, address) =>
      lineIn(readFileSync(goldenOf(stack), 'utf8'), address),
    );
    const file = needed(options.file, '--file, where the report goes');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
    console.log(`${found.length} findings → ${file}`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
