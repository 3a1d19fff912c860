import type { Drift, Plan, ResourceChange } from '../plan/model';
import { author, type Github } from './github';

/** What a nightly plan of an environment found, each kind by itself. */
export interface DriftFindings {
  /** What somebody changed outside of Terraform: by stack and address. */
  readonly drift: readonly { readonly stack: string; readonly drift: Drift }[];
  /** What is merged and not yet deployed; no drift. */
  readonly pending: readonly { readonly stack: string; readonly change: ResourceChange }[];
  /** Stacks that were never deployed, so that nothing can drift in them. */
  readonly never: readonly string[];
  /** Stacks that could not be looked at, with what Terraform said. */
  readonly failed: readonly { readonly stack: string; readonly problems: readonly string[] }[];
}

/**
 * Tells drift from configuration that waits: by what Terraform found changed, and by each change's `cause`. A change whose cause
 * is `both` is in both lists, for it is both.
 */
export function findDrift({ stacks }: Pick<Plan, 'stacks'>): DriftFindings {
  return {
    drift: stacks.flatMap(({ name, drift, changes }) => {
      const known = new Set(drift.map(({ address }) => address));
      const taken = changes
        .filter(({ cause, address }) => cause !== 'configuration' && !known.has(address))
        .map(({ address, attributes }): Drift => ({ address, kind: 'changed', reverted: true, attributes }));
      return [...drift, ...taken].map((one) => ({ stack: name, drift: one }));
    }),
    pending: stacks.flatMap(({ name, changes }) =>
      changes.filter(({ cause }) => cause !== 'drift').map((change) => ({ stack: name, change })),
    ),
    never: stacks.filter(({ status }) => status === 'pending').map(({ name }) => name),
    failed: stacks
      .filter(({ status }) => status === 'failed')
      .map(({ name, problems }) => ({ stack: name, problems })),
  };
}

/** Whether a person has to look: waiting configuration is nobody's mistake. */
export const isAlarming = ({ drift, failed }: DriftFindings): boolean => drift.length + failed.length > 0;

const code = (text: string): string => `\`${text.replaceAll('`', "'").replaceAll('\n', ' ')}\``;

export function driftReport(environment: string, found: DriftFindings, url?: string): string {
  const lines = [marker(environment), ''];
  if (found.drift.length > 0) {
    lines.push(`### Changed outside of Terraform (${found.drift.length})`, '');
    for (const { stack, drift } of found.drift) {
      const what = drift.kind === 'deleted' ? 'is gone' : 'was changed';
      const then = drift.reverted ? 'the next deployment takes it back' : 'no deployment takes it back';
      lines.push(`- ${code(`${stack}/${drift.address}`)} ${what}; ${then}`);
      for (const { path, before = 'unset', after = 'unset' } of drift.attributes.slice(0, 10))
        lines.push(`  - ${code(path)}: ${code(before)} → ${code(after)}`);
    }
    lines.push(
      '',
      'If it was meant, bring it into the program; if not, deploy, and find out who did it (CloudTrail).',
    );
  }
  if (found.failed.length > 0) {
    lines.push('', `### Could not be looked at (${found.failed.length})`, '');
    for (const { stack, problems } of found.failed) lines.push(`- **${stack}**: ${problems.join('; ')}`);
  }
  lines.push('', ...waiting(found));
  if (url) lines.push('', `[The run](${url})`);
  return `${lines.join('\n').trim()}\n`;
}

function waiting({ pending, never }: DriftFindings): string[] {
  const lines: string[] = [];
  if (pending.length > 0) {
    lines.push(`<details><summary>Merged and not yet deployed, no drift (${pending.length})</summary>`, '');
    for (const { stack, change } of pending.slice(0, 100))
      lines.push(`- ${code(`${stack}/${change.address}`)}: ${change.kind}`);
    lines.push('', '</details>');
  }
  if (never.length > 0) lines.push('', `Never deployed: ${never.join(', ')}.`);
  return lines;
}

const marker = (environment: string): string => `<!-- holdfast-drift: ${environment} -->`;

interface Issue {
  readonly number: number;
  readonly body?: string | null;
  readonly pull_request?: unknown;
  readonly user?: { readonly login: string } | null;
}

export type IssueOutcome = 'opened' | 'updated' | 'closed' | 'nothing';

/** One issue per environment: opened when something drifts, kept up to date, closed when it no longer does. */
export async function keepIssue(
  github: Github,
  environment: string,
  found: DriftFindings,
  url?: string,
): Promise<IssueOutcome> {
  const issues = await github.list<Issue>('/issues?state=open');
  const open = issues.find(
    (issue) =>
      !issue.pull_request &&
      issue.user?.login === author &&
      issue.body?.startsWith(marker(environment)) === true,
  );
  const body = driftReport(environment, found, url);
  if (isAlarming(found)) {
    const title =
      found.drift.length > 0
        ? `Drift in ${environment}: ${found.drift.length} changed outside of Terraform`
        : `The look for drift in ${environment} failed`;
    if (open) await github.request('PATCH', `/issues/${open.number}`, { title, body });
    else await github.request('POST', '/issues', { title, body });
    return open ? 'updated' : 'opened';
  }
  if (!open) return 'nothing';
  await github.request('POST', `/issues/${open.number}/comments`, {
    body: `Nothing drifts any more.${url ? ` [The run](${url})` : ''}`,
  });
  await github.request('PATCH', `/issues/${open.number}`, { state: 'closed', state_reason: 'completed' });
  return 'closed';
}
